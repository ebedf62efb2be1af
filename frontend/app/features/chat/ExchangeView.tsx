/** A question as a headline, and the answer beneath it. */
import { memo, type ReactNode } from "react";
import { Button } from "@/components/Button";
import { cx } from "@/components/cx";
import { Problem } from "@/components/Problem";
import { t } from "@/i18n/t";
import { Answer, type OnOpen } from "./Answer";
import { Question } from "./Question";
import type { Exchange } from "./thread";

/** What a reader can do to an exchange; the same object for as long as the thread is on the screen. */
export interface ExchangeActions {
  open: OnOpen;
  retry: () => void;
  takeBack: () => void;
  edit: (exchange: Exchange) => void;
  cancelEdit: () => void;
  askInstead: (exchange: Exchange, text: string) => void;
  answerAgain: (exchange: Exchange) => void;
  askAnew: (question: string) => void;
  walkTo: (messageId: string) => void;
}

interface Props {
  exchange: Exchange;
  last: boolean;
  editing: boolean;
  actions: ExchangeActions;
}

export const ExchangeView = memo(function ExchangeView({ exchange, last, editing, actions }: Props): ReactNode {
  const { question, answer, live } = exchange;
  return (
    // The last one fills the screen, so that its question can stand at the top while the answer grows.
    <article
      className={cx("mx-auto max-w-read px-4 pt-7 pb-7 sm:px-6", last && "min-h-[100cqh]")}
      aria-label={t("chat.exchange")}
    >
      {question !== null && <Question exchange={exchange} text={question} editing={editing} actions={actions} />}
      {answer ? (
        <Answer exchange={exchange} answer={answer} actions={actions} />
      ) : (
        <Missing live={live} exchange={exchange} actions={actions} last={last} />
      )}
    </article>
  );
});

type MissingProps = Omit<Props, "editing"> & Pick<Exchange, "live">;

/** There is a question and no answer: on its way, refused, or lost with an earlier failure. */
function Missing({ live, exchange, actions, last }: MissingProps): ReactNode {
  if (live?.phase === "sending") return <p className="text-ink-soft">{t("chat.sending")}</p>;
  if (live?.phase === "unsent") {
    return (
      <Problem error={live.error} onRetry={actions.retry} retryLabel={t("chat.sendAgain")}>
        <Button look="quiet" onClick={actions.takeBack}>
          {t("chat.edit")}
        </Button>
      </Problem>
    );
  }
  const { question } = exchange;
  return (
    <p className="flex flex-wrap items-center gap-3 text-sm text-ink-soft">
      {t("chat.unanswered")}
      {last && question !== null && <Button onClick={() => actions.askAnew(question)}>{t("chat.askAgain")}</Button>}
    </p>
  );
}
