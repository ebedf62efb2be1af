/** What can be done with an answer: copy, ask again, rate, see what made it. */
import { Ellipsis, RefreshCw, ScrollText, ThumbsDown, ThumbsUp } from "lucide-react";
import { lazy, Suspense, useState, type ReactNode } from "react";
import { IconButton } from "@/components/Button";
import { CopyButton } from "@/components/CopyButton";
import { Menu, MenuItem, type MenuTrigger } from "@/components/Menu";
import { notifyError } from "@/components/Problem";
import { t } from "@/i18n/t";
import { rate, takeRatingBack } from "./rating";
import { SiblingWalker } from "./SiblingWalker";
import type { Answer } from "./thread";

const ReceiptPanel = lazy(async () => ({ default: (await import("./ReceiptPanel")).ReceiptPanel }));
const ReasonDialog = lazy(async () => ({ default: (await import("./ReasonDialog")).ReasonDialog }));

interface Props {
  answer: Answer;
  turnId: string | null;
  onAgain: (() => void) | undefined;
  onWalk: (messageId: string) => void;
}

export function AnswerActions({ answer, turnId, onAgain, onWalk }: Props): ReactNode {
  const [explaining, setExplaining] = useState(false);
  const more = (props: MenuTrigger): ReactNode => (
    <IconButton {...props} label={t("answer.more")} icon={<Ellipsis aria-hidden />} />
  );
  return (
    <div className="ms-auto -mt-0.5 flex items-center">
      <SiblingWalker siblings={answer.siblings} label={t("branches.answers")} onWalk={onWalk} />
      {answer.text !== "" && <CopyButton text={answer.text} label={t("chat.copy")} />}
      {answer.id !== null && answer.text !== "" && <Thumbs answer={answer} messageId={answer.id} />}
      <Menu trigger={more} align="end">
        {onAgain && (
          <MenuItem onSelect={onAgain}>
            <RefreshCw aria-hidden />
            {t("answer.again")}
          </MenuItem>
        )}
        {turnId !== null && (
          <MenuItem onSelect={() => setExplaining(true)}>
            <ScrollText aria-hidden />
            {t("receipt.open")}
          </MenuItem>
        )}
      </Menu>
      {explaining && turnId !== null && (
        <Suspense>
          <ReceiptPanel turnId={turnId} onClose={() => setExplaining(false)} />
        </Suspense>
      )}
    </div>
  );
}

interface ThumbsProps {
  answer: Answer;
  messageId: string;
}

/** Up is said at once; down asks for the reason. A second press takes it back. */
function Thumbs({ answer: { feedback }, messageId }: ThumbsProps): ReactNode {
  const [asking, setAsking] = useState(false);
  const { rating } = feedback ?? {};

  const toggle = (wanted: "up" | "down"): void => {
    if (rating === wanted) takeRatingBack(messageId).catch(notifyError);
    else if (wanted === "down") setAsking(true);
    else rate(messageId, { rating: "up", comment: "" }).catch(notifyError);
  };
  const look = (wanted: "up" | "down"): string => (rating === wanted ? "text-accent!" : "");
  return (
    <>
      <IconButton
        label={t("rating.up")}
        aria-pressed={rating === "up"}
        className={look("up")}
        icon={<ThumbsUp aria-hidden fill={rating === "up" ? "currentColor" : "none"} />}
        onClick={() => toggle("up")}
      />
      <IconButton
        label={t("rating.down")}
        aria-pressed={rating === "down"}
        className={look("down")}
        icon={<ThumbsDown aria-hidden fill={rating === "down" ? "currentColor" : "none"} />}
        onClick={() => toggle("down")}
      />
      {asking && (
        <Suspense>
          <ReasonDialog messageId={messageId} onClose={() => setAsking(false)} />
        </Suspense>
      )}
    </>
  );
}
