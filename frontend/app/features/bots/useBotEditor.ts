/** A bot being configured: what was changed, what is saved, and which field the server refused. */
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { unwrap } from "@client/api";
import { ApiError } from "@client/problem";
import type { Bot, BotConfiguration } from "@client/types";
import { api, queries } from "@/data/client";
import { botKeys } from "@/data/bots";
import { changes, type BotDraft } from "./changes";

const draftOf = ({ name, description, configuration }: Bot): BotDraft => ({ name, description, configuration });

export interface BotEditor {
  draft: BotDraft;
  changed: boolean;
  saving: boolean;
  error: unknown;
  /** The server's words about one configuration key or about `name` and `description`. */
  errorOf: (field: string) => string | undefined;
  set: (change: Partial<Omit<BotDraft, "configuration">>) => void;
  configure: (change: Partial<BotConfiguration>) => void;
  save: () => void;
  revert: () => void;
}

export function useBotEditor(bot: Bot, onSaved: () => void): BotEditor {
  const [draft, setDraft] = useState(() => draftOf(bot));
  const change = changes(draftOf(bot), draft);
  const save = useMutation({
    mutationFn: () =>
      unwrap(api.http.PATCH("/api/v1/bots/{bot_id}", { params: { path: { bot_id: bot.id } }, body: change })),
    onSuccess: (saved) => {
      queries.setQueryData(botKeys.one(bot.id), saved);
      void queries.invalidateQueries({ queryKey: botKeys.list(bot.workspace_id) });
      setDraft(draftOf(saved));
      onSaved();
    },
  });
  const fields = save.error instanceof ApiError ? save.error.fields : {};
  return {
    draft,
    changed: Object.keys(change).length > 0,
    saving: save.isPending,
    error: save.error,
    errorOf: (field) => fields[field] ?? fields[`configuration.${field}`],
    set: (part) => setDraft((old) => ({ ...old, ...part })),
    configure: (part) => setDraft((old) => ({ ...old, configuration: { ...old.configuration, ...part } })),
    save: () => save.mutate(),
    revert: () => setDraft(draftOf(bot)),
  };
}
