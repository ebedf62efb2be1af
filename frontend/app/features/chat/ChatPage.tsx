/** The chat at its address: a conversation, or the blank page of the bot last spoken to. */
import { Bot as BotIcon, ChevronDown } from "lucide-react";
import type { ReactNode } from "react";
import { Link, useNavigate, useParams, useSearchParams } from "react-router";
import type { Bot, Conversation } from "@client/types";
import { Menu, MenuChoice, type MenuTrigger } from "@/components/Menu";
import { Empty, Skeletons, useTitle } from "@/components/Page";
import { Problem } from "@/components/Problem";
import { SidebarToggle } from "@/components/sidebar";
import { useBots } from "@/data/bots";
import { useConversation } from "@/data/conversations";
import { useMay, useWorkspaceId } from "@/data/workspaces";
import { t } from "@/i18n/t";
import { ChatView } from "./ChatView";

const lastBotKey = (workspaceId: string): string => `parley.bot.${workspaceId}`;

/** Of the conversation that is open; given by who knows conversations. */
type RenderMenu = (workspaceId: string, conversation: Conversation) => ReactNode;

export function ChatPage({ renderMenu }: { renderMenu: RenderMenu }): ReactNode {
  const workspaceId = useWorkspaceId();
  const conversationId = useParams().conversationId ?? null;
  const bots = useBots(workspaceId);
  const conversation = useConversation(conversationId ?? "");
  const title = conversation.data?.title ?? t("nav.newChat");
  useTitle(title);

  const needed = conversationId ? [bots, conversation] : [bots];
  const failed = needed.find((query) => query.error !== null);
  if (failed)
    return (
      <Frame>
        <div className="mx-auto w-full max-w-read p-6">
          <Problem error={failed.error} onRetry={() => void failed.refetch()} />
        </div>
      </Frame>
    );
  if (!bots.data || needed.some((query) => query.isPending))
    return (
      <Frame>
        <Loading />
      </Frame>
    );
  return <Loaded workspaceId={workspaceId} bots={bots.data} conversation={conversation.data} renderMenu={renderMenu} />;
}

interface LoadedProps {
  workspaceId: string;
  bots: Bot[];
  /** Undefined on a blank page. */
  conversation: Conversation | undefined;
  renderMenu: RenderMenu;
}

function Loaded({ workspaceId, bots, conversation, renderMenu }: LoadedProps): ReactNode {
  const [search] = useSearchParams();
  const navigate = useNavigate();
  const blank = `/w/${workspaceId}/chat`;
  const bot = botOf({ bots, conversation, wanted: search.get("bot") ?? localStorage.getItem(lastBotKey(workspaceId)) });
  if (!bot && !conversation)
    return (
      <Frame>
        <NoBot workspaceId={workspaceId} />
      </Frame>
    );

  const menuOf = (open: Conversation | undefined): ReactNode => open && renderMenu(workspaceId, open);
  const choose = (id: string): void => {
    localStorage.setItem(lastBotKey(workspaceId), id);
    void navigate(`${blank}?bot=${id}`);
  };
  const onStarted = (id: string): void => void navigate(`${blank}/${id}`, { replace: true });

  return (
    <Frame
      title={conversation?.title}
      switcher={bot && <BotSwitcher bots={bots} bot={bot} onChange={choose} />}
      menu={menuOf(conversation)}
    >
      <ChatView
        workspaceId={workspaceId}
        bot={bot}
        conversationId={conversation?.id ?? null}
        blankSlot={`new:${bot?.id ?? ""}`}
        onStarted={onStarted}
        focusFirst
      />
    </Frame>
  );
}

/** A conversation keeps its bot; a blank page takes the one asked for, the one spoken to last, or the first. */
function botOf({
  bots,
  conversation,
  wanted,
}: {
  bots: Bot[];
  conversation: Conversation | undefined;
  wanted: string | null;
}): Bot | null {
  const find = (id: string | null): Bot | undefined => bots.find((each) => each.id === id);
  if (conversation) return find(conversation.bot_id) ?? null;
  return find(wanted) ?? bots[0] ?? null;
}

function Frame({
  title,
  switcher,
  menu,
  children,
}: {
  title?: string | undefined;
  switcher?: ReactNode;
  menu?: ReactNode;
  children: ReactNode;
}): ReactNode {
  return (
    <div className="flex h-full flex-col">
      <header className="flex h-13 shrink-0 items-center gap-2 px-3">
        <SidebarToggle />
        {switcher}
        <h1 className="min-w-0 flex-1 truncate text-sm text-ink-soft">
          {title ?? <span className="sr-only">{t("nav.newChat")}</span>}
        </h1>
        {menu}
      </header>
      {children}
    </div>
  );
}

function BotSwitcher({ bots, bot, onChange }: { bots: Bot[]; bot: Bot; onChange: (id: string) => void }): ReactNode {
  const trigger = (props: MenuTrigger): ReactNode => (
    <button
      {...props}
      type="button"
      aria-label={t("chat.switchBot", { bot: bot.name })}
      className="flex h-8 max-w-48 items-center gap-1.5 rounded-md px-2 font-medium hover:bg-sunken sm:max-w-72"
    >
      <span className="truncate">{bot.name}</span>
      <ChevronDown aria-hidden className="size-4 shrink-0 text-ink-faint" />
    </button>
  );
  const options = bots.map(({ id, name, description }) => ({ value: id, text: name, note: description }));
  return (
    <Menu trigger={trigger}>
      <MenuChoice label={t("chat.bots")} value={bot.id} onChange={onChange} options={options} />
    </Menu>
  );
}

function NoBot({ workspaceId }: { workspaceId: string }): ReactNode {
  const mayEdit = useMay("editor");
  const link = "font-medium text-accent underline underline-offset-4";
  return (
    <div className="mx-auto w-full max-w-read p-6">
      <Empty
        icon={<BotIcon aria-hidden />}
        title={t("chat.noBot.title")}
        text={t(mayEdit ? "chat.noBot.text" : "chat.noBot.reader")}
      >
        {mayEdit && (
          <>
            <Link to={`/w/${workspaceId}/documents`} className={link}>
              {t("chat.noBot.documents")}
            </Link>
            <Link to={`/w/${workspaceId}/bots`} className={link}>
              {t("chat.noBot.action")}
            </Link>
          </>
        )}
      </Empty>
    </div>
  );
}

function Loading(): ReactNode {
  return (
    <div className="mx-auto w-full max-w-read space-y-4 px-4 pt-8 sm:px-6">
      <Skeletons count={4} className="h-5" />
    </div>
  );
}
