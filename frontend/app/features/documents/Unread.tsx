/** A collection that no bot reads answers nothing: says so, and mends it with one click. */
import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { unwrap } from "@client/api";
import type { Bot, Collection } from "@client/types";
import { Button } from "@/components/Button";
import { Problem } from "@/components/Problem";
import { api, queries } from "@/data/client";
import { botKeys, useBots } from "@/data/bots";
import { t } from "@/i18n/t";

/** With more bots than this, the gallery is the better place to choose. */
const OFFERED = 3;

export function Unread({ collection }: { collection: Collection }): ReactNode {
  const { id, workspace_id: workspaceId } = collection;
  const bots = useBots(workspaceId).data;
  const letRead = useMutation({
    mutationFn: ({ id: botId, configuration }: Bot) => {
      const body = { configuration: { collections: [...configuration.collections, id] } };
      return unwrap(api.http.PATCH("/api/v1/bots/{bot_id}", { params: { path: { bot_id: botId } }, body }));
    },
    onSuccess: (bot) => {
      queries.setQueryData(botKeys.one(bot.id), bot);
      return queries.invalidateQueries({ queryKey: botKeys.list(workspaceId) });
    },
  });
  if (!bots || bots.some((bot) => bot.configuration.collections.includes(id))) return null;
  return (
    <div className="mt-4 space-y-3 rounded-lg bg-accent-soft px-4 py-3">
      {letRead.error && <Problem error={letRead.error} />}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <p className="min-w-56 flex-1 text-sm">{t("collections.unread")}</p>
        {bots.slice(0, OFFERED).map((bot) => (
          <Button key={bot.id} busy={letRead.isPending} onClick={() => letRead.mutate(bot)}>
            {t("collections.letRead", { bot: bot.name })}
          </Button>
        ))}
        <Link to={`/w/${workspaceId}/bots`} className="text-sm font-medium text-accent underline underline-offset-4">
          {t("collections.newBot")}
        </Link>
      </div>
    </div>
  );
}
