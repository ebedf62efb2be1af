/** One bot: its configuration, and beside it the bot itself to try. */
import { Trash2 } from "lucide-react";
import { useState, type ReactNode } from "react";
import { useNavigate, useParams } from "react-router";
import { unwrap } from "@client/api";
import type { Bot } from "@client/types";
import { Button } from "@/components/Button";
import { Confirm, Dialog } from "@/components/Dialog";
import { notify } from "@/components/notices";
import { Page, Skeletons } from "@/components/Page";
import { Problem } from "@/components/Problem";
import { useMedia } from "@/components/useMedia";
import { api, queries } from "@/data/client";
import { botKeys, useBot } from "@/data/bots";
import { useMay } from "@/data/workspaces";
import { t } from "@/i18n/t";
import { BotForm } from "./BotForm";
import { useBotEditor } from "./useBotEditor";

interface Props {
  /** The chat comes from outside: features do not know each other. */
  renderChat: (bot: Bot) => ReactNode;
}

export function BotPage({ renderChat }: Props): ReactNode {
  const bot = useBot(useParams().botId ?? "");
  if (bot.error)
    return (
      <Page title={t("bots.title")}>
        <Problem error={bot.error} onRetry={() => void bot.refetch()} />
      </Page>
    );
  if (!bot.data)
    return (
      <Page title={t("bots.title")}>
        <div className="max-w-xl space-y-6">
          <Skeletons count={5} className="h-16" />
        </div>
      </Page>
    );
  return <Loaded key={bot.data.id} bot={bot.data} renderChat={renderChat} />;
}

function Loaded({ bot, renderChat }: { bot: Bot } & Props): ReactNode {
  const [open, setOpen] = useState<"try" | "delete" | null>(null);
  const mayEdit = useMay("editor");
  const wide = useMedia("(min-width: 80rem)");
  const editor = useBotEditor(bot, () => notify({ text: t("form.saved") }));
  const close = (): void => setOpen(null);
  const actions = (
    <>
      {!wide && <Button onClick={() => setOpen("try")}>{t("bot.try")}</Button>}
      {mayEdit && (
        <Button look="danger" onClick={() => setOpen("delete")}>
          <Trash2 aria-hidden className="size-4" />
          {t("bot.delete")}
        </Button>
      )}
    </>
  );
  return (
    <div className="flex h-full">
      <div className="min-w-0 flex-1">
        <Page title={bot.name} about={t("bot.version", { version: bot.version })} actions={actions}>
          <BotForm workspaceId={bot.workspace_id} editor={editor} readOnly={!mayEdit} />
        </Page>
      </div>
      {wide && (
        <section aria-label={t("bot.try")} className="flex w-[27rem] shrink-0 flex-col border-s border-line bg-canvas">
          <TryHeader unsaved={editor.changed} />
          {renderChat(bot)}
        </section>
      )}
      {!wide && open === "try" && (
        <Dialog shape="sheet-end" title={t("bot.try")} onClose={close}>
          <div className="-mx-5 flex h-full flex-col">
            {editor.changed && <TryHeader unsaved />}
            {renderChat(bot)}
          </div>
        </Dialog>
      )}
      {open === "delete" && <DeleteBot bot={bot} onClose={close} />}
    </div>
  );
}

function TryHeader({ unsaved }: { unsaved: boolean }): ReactNode {
  return (
    <header className="border-b border-line px-5 py-3.5">
      <h2 className="font-semibold tracking-tight">{t("bot.try")}</h2>
      <p className="text-sm text-ink-soft">{t(unsaved ? "bot.try.unsaved" : "bot.try.about")}</p>
    </header>
  );
}

function DeleteBot({ bot, onClose }: { bot: Bot; onClose: () => void }): ReactNode {
  const navigate = useNavigate();
  const confirm = async (): Promise<void> => {
    await unwrap(api.http.DELETE("/api/v1/bots/{bot_id}", { params: { path: { bot_id: bot.id } } }));
    await queries.invalidateQueries({ queryKey: botKeys.list(bot.workspace_id) });
    await navigate(`/w/${bot.workspace_id}/bots`);
  };
  return (
    <Confirm
      title={t("bot.delete.title", { bot: bot.name })}
      text={t("bot.delete.text")}
      action={t("bot.delete")}
      onConfirm={confirm}
      onClose={onClose}
    />
  );
}
