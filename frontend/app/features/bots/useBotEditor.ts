/** A bot being configured: what was changed, what is saved, and which field the server refused. */
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { unwrap } from "@client/api";
import { ApiError } from "@client/problem";
import type { Bot, BotConfiguration } from "@client/types";
import { api, queries } from "@/data/client";
import { botKeys } from "@/data/bots";

export interface BotDraft {
  name: string;
  description: string;
  configuration: BotConfiguration;
}

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
    mutationFn: () => unwrap(api.http.PATCH("/api/v1/bots/{bot_id}", { params: { path: { bot_id: bot.id } }, body: change })),
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

export interface BotChange {
  name?: string;
  description?: string;
  configuration?: Partial<BotConfiguration>;
}

/** Only what differs is sent, so that two people editing different keys do not undo each other. */
export function changes(before: BotDraft, after: BotDraft): BotChange {
  const keys = Object.keys(after.configuration) as (keyof BotConfiguration)[];
  const differing = keys.filter((key) => JSON.stringify(after.configuration[key]) !== JSON.stringify(before.configuration[key]));
  return {
    ...(after.name !== before.name && { name: after.name }),
    ...(after.description !== before.description && { description: after.description }),
    ...(differing.length > 0 && { configuration: Object.fromEntries(differing.map((key) => [key, after.configuration[key]])) }),
  };
}
