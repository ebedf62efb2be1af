/** A chat with one bot: thread or greeting, composer, and the passage a reader opened. */
import { useCallback, useState, type ReactNode } from "react";
import type { Bot, Citation } from "@client/types";
import { Problem } from "@/components/Problem";
import { Skeletons } from "@/components/Page";
import { t } from "@/i18n/t";
import type { OnOpen } from "./Answer";
import { Composer } from "./Composer";
import { Greeting } from "./Greeting";
import { LaterThread } from "./LaterThread";
import { ModelNote } from "./ModelNote";
import { SourcePanel } from "./SourcePanel";
import { useChat, type Chat } from "./useChat";

interface Props {
  workspaceId: string;
  /** Null where the bot of an old conversation was deleted: it can be read, but not gone on with. */
  bot: Bot | null;
  conversationId: string | null;
  blankSlot: string;
  onStarted: (conversationId: string) => void;
  focusFirst?: boolean;
}

export function ChatView({
  workspaceId,
  bot,
  conversationId,
  blankSlot,
  onStarted,
  focusFirst = false,
}: Props): ReactNode {
  const chat = useChat({ workspaceId, botId: bot?.id ?? "", conversationId, blankSlot, onStarted });
  const [source, setSource] = useState<{ slot: string; citation: Citation; answer: string } | null>(null);
  const { slot } = chat;
  const open = useCallback((citation: Citation, answer: string) => setSource({ slot, citation, answer }), [slot]);

  return (
    <div className="flex min-h-0 flex-1">
      <div className="flex min-w-0 flex-1 flex-col">
        <Body chat={chat} bot={bot} onOpen={open} />
        <div className="mx-auto w-full max-w-read px-3 pt-1 pb-2 sm:px-5">
          {bot ? (
            <>
              <Composer chat={chat} focusFirst={focusFirst} placeholder={t("chat.placeholder", { bot: bot.name })} />
              <div className="pt-2">
                <ModelNote bot={bot} />
              </div>
            </>
          ) : (
            <p className="py-3 text-center text-sm text-ink-soft">{t("chat.botGone.note")}</p>
          )}
        </div>
      </div>
      {source?.slot === slot && (
        <SourcePanel citation={source.citation} answer={source.answer} onClose={() => setSource(null)} />
      )}
    </div>
  );
}

interface BodyProps {
  chat: Chat;
  bot: Bot | null;
  onOpen: OnOpen;
}

function Body({ chat, bot, onOpen }: BodyProps): ReactNode {
  if (chat.loading) return <Loading />;
  if (chat.exchanges.length > 0) return <LaterThread chat={chat} onOpen={onOpen} fallback={<Loading />} />;
  if (chat.error)
    return (
      <div className="mx-auto w-full max-w-read flex-1 p-6">
        <Problem error={chat.error} onRetry={chat.reload} />
      </div>
    );
  return bot ? <Greeting bot={bot} onAsk={chat.send} /> : <div className="flex-1" />;
}

function Loading(): ReactNode {
  return (
    <div className="mx-auto w-full max-w-read flex-1 space-y-4 px-4 pt-8 sm:px-6">
      <Skeletons count={1} className="h-7 w-2/3" />
      <Skeletons count={3} className="h-5" />
    </div>
  );
}
