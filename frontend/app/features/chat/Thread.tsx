/** The exchanges of a conversation in their scrolling column. */
import { ArrowDown } from "lucide-react";
import { useMemo, type ReactNode } from "react";
import { Virtualizer } from "virtua";
import { IconButton } from "@/components/Button";
import { t } from "@/i18n/t";
import type { OnOpen } from "./Answer";
import { ExchangeView, type ExchangeActions } from "./ExchangeView";
import type { Chat } from "./useChat";
import { useScroll } from "./useScroll";
import { useStable } from "./useStable";

/** From here on only what is near the screen is in the page. */
const VIRTUAL_FROM = 30;

interface Props {
  chat: Chat;
  onOpen: OnOpen;
}

export function Thread({ chat, onOpen }: Props): ReactNode {
  const { exchanges, live } = chat;
  const asked = live && live.text !== "" ? live.key : null;
  const { scroller, content, away, toEnd } = useScroll(exchanges.length > 0 ? chat.slot : null, asked);
  const actions = useActions(chat, onOpen);

  const items = exchanges.map((exchange, index) => (
    <ExchangeView
      key={exchange.key}
      exchange={exchange}
      last={index === exchanges.length - 1}
      editing={exchange.key === chat.branches.editing}
      actions={actions}
    />
  ));

  return (
    <div className="relative min-h-0 flex-1">
      {/* Scrollable, so it must be reachable by keyboard. */}
      <div
        ref={scroller}
        tabIndex={0}
        role="log"
        aria-live="off"
        aria-label={t("chat.thread")}
        className="@container-size fade-end h-full overflow-y-auto overflow-x-hidden scroll-thin -outline-offset-2"
      >
        <div ref={content}>
          {exchanges.length > VIRTUAL_FROM ? <Virtualizer scrollRef={scroller}>{items}</Virtualizer> : items}
        </div>
      </div>
      {away && (
        <IconButton
          look="outline"
          className="enter absolute bottom-5 left-1/2 -ml-4 rounded-full! shadow-composer"
          label={t("chat.toEnd")}
          icon={<ArrowDown aria-hidden />}
          onClick={toEnd}
        />
      )}
    </div>
  );
}

function useActions(chat: Chat, onOpen: OnOpen): ExchangeActions {
  const { branches } = chat;
  const open = useStable(onOpen);
  const retry = useStable(chat.retry);
  const takeBack = useStable(chat.takeBack);
  const askAnew = useStable(chat.send);
  const edit = useStable(branches.edit);
  const cancelEdit = useStable(branches.cancelEdit);
  const askInstead = useStable(branches.askInstead);
  const answerAgain = useStable(branches.answerAgain);
  const walkTo = useStable(branches.walkTo);
  return useMemo(
    () => ({ open, retry, takeBack, askAnew, edit, cancelEdit, askInstead, answerAgain, walkTo }),
    [open, retry, takeBack, askAnew, edit, cancelEdit, askInstead, answerAgain, walkTo],
  );
}
