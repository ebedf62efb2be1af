/** A question as a headline, and the answer beneath it. */
import { memo, type ReactNode } from "react";
import { Button } from "@/components/Button";
import { cx } from "@/components/cx";
import { Problem } from "@/components/Problem";
import { t } from "@/i18n/t";
import { Answer, type OnOpen } from "./Answer";
import type { Exchange } from "./thread";

interface Props {
  exchange: Exchange;
  last: boolean;
  onOpen: OnOpen;
  onRetry: () => void;
  onTakeBack: () => void;
  onAskAgain: (question: string) => void;
}

export const ExchangeView = memo(function ExchangeView({
  exchange,
  last,
  onOpen,
  onRetry,
  onTakeBack,
  onAskAgain,
}: Props): ReactNode {
  const { question, answer, live } = exchange;
  const askAgain = last && question !== null ? () => onAskAgain(question) : undefined;
  return (
    // The last one fills the screen, so that its question can stand at the top while the answer grows.
    <article
      className={cx("mx-auto max-w-read px-4 pt-7 pb-7 sm:px-6", last && "min-h-[100cqh]")}
      aria-label={t("chat.exchange")}
    >
      {question !== null && (
        <h2
          dir="auto"
          className={cx(
            "mb-4 text-lg font-[620] tracking-tight whitespace-pre-wrap wrap-anywhere",
            live?.phase === "sending" && "text-ink-soft",
          )}
        >
          {question}
        </h2>
      )}
      {answer && <Answer answer={answer} live={live} onOpen={onOpen} onAskAgain={askAgain} />}
      {!answer && <Missing exchange={exchange} onRetry={onRetry} onTakeBack={onTakeBack} onAskAgain={askAgain} />}
    </article>
  );
});

interface MissingProps {
  exchange: Exchange;
  onRetry: () => void;
  onTakeBack: () => void;
  onAskAgain: (() => void) | undefined;
}

/** There is a question and no answer: on its way, refused, or lost with an earlier failure. */
function Missing({ exchange: { live }, onRetry, onTakeBack, onAskAgain }: MissingProps): ReactNode {
  if (live?.phase === "sending") return <p className="text-ink-soft">{t("chat.sending")}</p>;
  if (live?.phase === "unsent") {
    return (
      <Problem error={live.error} onRetry={onRetry} retryLabel={t("chat.sendAgain")}>
        <Button look="quiet" onClick={onTakeBack}>
          {t("chat.edit")}
        </Button>
      </Problem>
    );
  }
  return (
    <p className="flex flex-wrap items-center gap-3 text-sm text-ink-soft">
      {t("chat.unanswered")}
      {onAskAgain && <Button onClick={onAskAgain}>{t("chat.askAgain")}</Button>}
    </p>
  );
}
