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
  const create = mayEdit && <Button look="primary" onClick={() => setCreating(true)}><Plus aria-hidden className="size-4" />{t("bots.create")}</Button>;
  return (
    <Page title={t("bots.title")} about={t("bots.about")} actions={create}>
      {bots.error && <Problem error={bots.error} onRetry={() => void bots.refetch()} />}
      <ul className="grid gap-4 sm:grid-cols-2 xl:grid-cols-3">
        {bots.isPending && <Skeletons count={3} className="h-44 rounded-xl" />}
        {bots.data?.map((bot) => <BotCard key={bot.id} bot={bot} mayEdit={mayEdit} />)}
      </ul>
      {bots.data?.length === 0 && <Empty icon={<BotIcon aria-hidden />} title={t("bots.empty.title")} text={t("bots.empty.text")}>{create}</Empty>}
      {creating && <CreateBot workspaceId={workspaceId} onClose={() => setCreating(false)} />}
    </Page>
  );
}

function BotCard({ bot, mayEdit }: { bot: Bot; mayEdit: boolean }): ReactNode {
  const models = useModels().data;
  const name = bot.configuration.llm_model ?? models?.default;
  const label = models?.items.find((model) => model.name === name)?.label ?? name;
  const link = "rounded-md border border-line px-3 py-1.5 text-sm font-medium transition-colors hover:bg-sunken";
  return (
    <li className="flex min-h-44 flex-col rounded-xl border border-line p-5">
      <h2 className="font-semibold tracking-tight wrap-anywhere">{bot.name}</h2>
      <p className="mt-1 line-clamp-3 text-sm text-ink-soft">{bot.description || t("bots.noDescription")}</p>
      <p className="mt-auto truncate pt-4 text-xs text-ink-faint">{t("bots.card", { model: label ?? "", count: bot.configuration.collections.length })}</p>
      <div className="mt-3 flex gap-2">
        <Link to={`/w/${bot.workspace_id}/chat?bot=${bot.id}`} className={link} aria-label={t("bots.chat.label", { bot: bot.name })}>{t("bots.chat")}</Link>
        <Link to={`/w/${bot.workspace_id}/bots/${bot.id}`} className={link} aria-label={t(mayEdit ? "bots.configure.label" : "bots.view.label", { bot: bot.name })}>{t(mayEdit ? "bots.configure" : "bots.view")}</Link>
      </div>
    </li>
  );
}
