/** A chat with one bot: thread or greeting, composer, and the passage a reader opened. */
import { lazy, Suspense, useCallback, useState, type ReactNode } from "react";
import type { Bot } from "@client/types";
import { Problem } from "@/components/Problem";
import { Skeletons } from "@/components/Page";
import { t } from "@/i18n/t";
import type { OnOpen } from "./Answer";
import { Composer } from "./Composer";
import { Greeting } from "./Greeting";
import { LaterThread } from "./LaterThread";
import { ModelNote } from "./ModelNote";
import type { Source } from "./SourcePanel";
import { useChat, type Chat } from "./useChat";

const SourcePanel = lazy(async () => ({ default: (await import("./SourcePanel")).SourcePanel }));

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
  const [opened, setOpened] = useState<{ slot: string; source: Source } | null>(null);
  const { slot } = chat;
  const open = useCallback((source: Source) => setOpened({ slot, source }), [slot]);

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
      {opened?.slot === slot && (
        <Suspense>
          <SourcePanel source={opened.source} onClose={() => setOpened(null)} />
        </Suspense>
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
