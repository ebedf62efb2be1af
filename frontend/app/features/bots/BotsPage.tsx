/** The gallery of a workspace's bots. */
import { Bot as BotIcon, Plus } from "lucide-react";
import { useState, type ReactNode } from "react";
import { Link } from "react-router";
import type { Bot } from "@client/types";
import { Button } from "@/components/Button";
import { Empty, Page, Skeletons } from "@/components/Page";
import { Problem } from "@/components/Problem";
import { useBots, useModels } from "@/data/bots";
import { useMay, useWorkspaceId } from "@/data/workspaces";
import { t } from "@/i18n/t";
import { CreateBot } from "./CreateBot";

export function BotsPage(): ReactNode {
  const workspaceId = useWorkspaceId();
  const bots = useBots(workspaceId);
  const mayEdit = useMay("editor");
  const [creating, setCreating] = useState(false);
  const create = mayEdit && (
    <Button look="primary" onClick={() => setCreating(true)}>
      <Plus aria-hidden className="size-4" />
      {t("bots.create")}
    </Button>
  );
  return (
    <Page title={t("bots.title")} about={t("bots.about")} actions={create}>
      {bots.error && <Problem error={bots.error} onRetry={() => void bots.refetch()} />}
      <ul className="grid gap-4 sm:grid-cols-2 xl:grid-cols-3">
        {bots.isPending && <Skeletons count={3} className="h-44 rounded-xl" />}
        {bots.data?.map((bot) => (
          <BotCard key={bot.id} bot={bot} mayEdit={mayEdit} />
        ))}
      </ul>
      {bots.data?.length === 0 && (
        <Empty
          icon={<BotIcon aria-hidden />}
          title={t(mayEdit ? "bots.empty.title" : "chat.noBot.title")}
          text={t(mayEdit ? "bots.empty.text" : "chat.noBot.reader")}
        >
          {create}
        </Empty>
      )}
      {creating && <CreateBot workspaceId={workspaceId} onClose={() => setCreating(false)} />}
    </Page>
  );
}

/** The whole card leads to the chat; what changes the bot is a button of its own above it. */
function BotCard({ bot, mayEdit }: { bot: Bot; mayEdit: boolean }): ReactNode {
  const models = useModels().data;
  const name = bot.configuration.llm_model ?? models?.default;
  const label = models?.items.find((model) => model.name === name)?.label ?? name;
  const base = `/w/${bot.workspace_id}`;
  return (
    <li className="relative flex min-h-44 flex-col rounded-xl border border-line p-5 transition-colors has-[a.chat:hover]:border-accent">
      <div className="flex items-start gap-2">
        <h2 className="min-w-0 flex-1 text-lg font-semibold tracking-tight wrap-anywhere">
          <Link
            to={`${base}/chat?bot=${bot.id}`}
            aria-label={t("bots.chat.label", { bot: bot.name })}
            className="chat after:absolute after:inset-0 after:rounded-xl"
          >
            {bot.name}
          </Link>
        </h2>
        <Link
          to={`${base}/bots/${bot.id}`}
          aria-label={t(mayEdit ? "bots.configure.label" : "bots.view.label", { bot: bot.name })}
          className="relative z-10 -me-2 -mt-0.5 rounded-md px-2 py-1 text-sm font-medium text-ink-soft transition-colors hover:bg-sunken hover:text-ink"
        >
          {t(mayEdit ? "bots.configure" : "bots.view")}
        </Link>
      </div>
      <p className="mt-1 line-clamp-3 text-ink-soft">{bot.description || t("bots.noDescription")}</p>
      <p className="mt-auto truncate pt-5 text-xs text-ink-faint">
        {t("bots.card", { model: label ?? "", count: bot.configuration.collections.length })}
      </p>
    </li>
  );
}
