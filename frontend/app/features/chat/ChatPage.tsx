/** The chat at its address: a conversation, or the blank page of the bot last spoken to. */
import { Bot as BotIcon, ChevronDown } from "lucide-react";
import type { ReactNode } from "react";
import { Link, useNavigate, useParams, useSearchParams } from "react-router";
import type { Bot } from "@client/types";
import { Menu, MenuChoice, type MenuTrigger } from "@/components/Menu";
import { Empty, Skeletons, useTitle } from "@/components/Page";
import { Problem } from "@/components/Problem";
import { SidebarToggle } from "@/components/sidebar";
import { useBots } from "@/data/bots";
import { useConversation } from "@/data/conversations";
import { useWorkspaceId } from "@/data/workspaces";
import { t } from "@/i18n/t";
import { ChatView } from "./ChatView";

const lastBotKey = (workspaceId: string): string => `parley.bot.${workspaceId}`;

export function ChatPage(): ReactNode {
  const workspaceId = useWorkspaceId();
  const conversationId = useParams().conversationId ?? null;
  const bots = useBots(workspaceId);
  const conversation = useConversation(conversationId ?? "");
  const [search] = useSearchParams();
  const navigate = useNavigate();
  useTitle(conversation.data?.title ?? t("nav.newChat"));

  const error = bots.error ?? (conversationId ? conversation.error : null);
  if (error) return <Frame><div className="mx-auto w-full max-w-read p-6"><Problem error={error} onRetry={() => { void bots.refetch(); void conversation.refetch(); }} /></div></Frame>;
  if (!bots.data || (conversationId && !conversation.data)) return <Frame><Loading /></Frame>;

  const wanted = conversationId ? conversation.data?.bot_id : (search.get("bot") ?? localStorage.getItem(lastBotKey(workspaceId)));
  const bot = bots.data.find((each) => each.id === wanted) ?? (conversationId ? undefined : bots.data[0]) ?? null;
  if (!bot && !conversationId) return <Frame><NoBot workspaceId={workspaceId} /></Frame>;

  const blank = `/w/${workspaceId}/chat`;
  const choose = (id: string): void => {
    localStorage.setItem(lastBotKey(workspaceId), id);
    void navigate(`${blank}?bot=${id}`);
  };

  return (
    <Frame title={conversation.data?.title} switcher={bot && <BotSwitcher bots={bots.data} bot={bot} onChange={choose} />}>
      <ChatView
        workspaceId={workspaceId}
        bot={bot}
        conversationId={conversationId}
        blankSlot={`new:${bot?.id ?? ""}`}
        onStarted={(id) => { if (location.pathname === blank) void navigate(`${blank}/${id}`, { replace: true }); }}
        autoFocus
      />
    </Frame>
  );
}

function Frame({ title, switcher, children }: { title?: string | undefined; switcher?: ReactNode; children: ReactNode }): ReactNode {
  return (
    <div className="flex h-full flex-col">
      <header className="flex h-13 shrink-0 items-center gap-2 px-3">
        <SidebarToggle />
        {switcher}
        <h1 className="min-w-0 flex-1 truncate text-sm text-ink-soft">{title ?? <span className="sr-only">{t("nav.newChat")}</span>}</h1>
      </header>
      {children}
    </div>
  );
}

function BotSwitcher({ bots, bot, onChange }: { bots: Bot[]; bot: Bot; onChange: (id: string) => void }): ReactNode {
  const trigger = (props: MenuTrigger): ReactNode => (
    <button {...props} type="button" aria-label={t("chat.switchBot", { bot: bot.name })} className="flex h-8 max-w-48 items-center gap-1.5 rounded-md px-2 font-medium hover:bg-sunken sm:max-w-72">
      <span className="truncate">{bot.name}</span>
      <ChevronDown aria-hidden className="size-4 shrink-0 text-ink-faint" />
    </button>
  );
  const options = bots.map(({ id, name, description }) => ({ value: id, text: name, note: description }));
  return <Menu trigger={trigger}><MenuChoice label={t("chat.bots")} value={bot.id} onChange={onChange} options={options} /></Menu>;
}

function NoBot({ workspaceId }: { workspaceId: string }): ReactNode {
  return (
    <div className="mx-auto w-full max-w-read p-6">
      <Empty icon={<BotIcon aria-hidden />} title={t("chat.noBot.title")} text={t("chat.noBot.text")}>
        <Link to={`/w/${workspaceId}/bots`} className="text-accent underline underline-offset-4">{t("chat.noBot.action")}</Link>
      </Empty>
    </div>
  );
}

function Loading(): ReactNode {
  return <div className="mx-auto w-full max-w-read space-y-4 px-4 pt-8 sm:px-6"><Skeletons count={4} className="h-5" /></div>;
}
