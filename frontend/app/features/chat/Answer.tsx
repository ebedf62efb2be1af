/** An answer: its text with numbered sources, where they come from, and what there is to know about how it ended. */
import { CircleStop, FileText, WifiOff } from "lucide-react";
import { useCallback, type ReactNode } from "react";
import { ApiError } from "@client/problem";
import type { ToolStep, TurnState } from "@client/turn";
import type { Citation } from "@client/types";
import { CopyButton } from "@/components/CopyButton";
import { cx } from "@/components/cx";
import { Markdown } from "@/components/markdown/Markdown";
import { Problem } from "@/components/Problem";
import { t } from "@/i18n/t";
import { CitationChip, sourceOf } from "./CitationChip";
import { decide, type LiveExchange } from "./live";
import type { Answer as AnswerValue } from "./thread";
import { ToolSteps } from "./ToolSteps";
import { useStable } from "./useStable";

interface Props {
  answer: AnswerValue;
  live: LiveExchange | null;
  onOpen: OnOpen;
  onAskAgain: (() => void) | undefined;
}

/** Told the citation, and the answer that makes it. */
export type OnOpen = (citation: Citation, answer: string) => void;

export function Answer({ answer, live, onOpen, onAskAgain }: Props): ReactNode {
  const { text, citations, state } = answer;
  const streaming = state === "streaming";
  const open = useStable((citation: Citation) => onOpen(citation, text));
  const cite = useCallback(
    (number: number): ReactNode => {
      const citation = citations.find((each) => each.number === number);
      return citation ? <CitationChip citation={citation} onOpen={open} /> : null;
    },
    [citations, open],
  );
  return (
    <div className={cx("space-y-4", streaming && text !== "" && "prose-streaming")} aria-busy={streaming || undefined}>
      {live?.turn.degraded && <Note tone="warn">{t("chat.degraded", { reason: live.turn.degraded })}</Note>}
      {text !== "" && <Markdown text={text} cite={cite} />}
      <Tools live={live} stored={answer.tools} />
      {streaming ? (
        <UnderWay live={live} empty={text === ""} />
      ) : (
        <Ending state={state} live={live} onAskAgain={onAskAgain} />
      )}
      {!streaming && text !== "" && <Footer text={text} citations={citations} onOpen={open} />}
    </div>
  );
}

/** What was seen live says more than what is stored: it has the calls that were cut off, too. */
function Tools({ live, stored }: { live: LiveExchange | null; stored: readonly ToolStep[] }): ReactNode {
  const steps = live && live.turn.tools.length > 0 ? live.turn.tools : stored;
  const onDecide = (callId: string, approved: boolean): Promise<void> => decide(live?.turnId ?? "", callId, approved);
  return steps.length > 0 ? <ToolSteps steps={steps} onDecide={onDecide} /> : null;
}

function UnderWay({ live, empty }: { live: LiveExchange | null; empty: boolean }): ReactNode {
  if (live?.phase === "ended" && live.error !== null) return <Problem error={live.error} />;
  return (
    <>
      {empty && <Progress live={live} />}
      {live?.interrupted && (
        <Note tone="warn" icon={<WifiOff aria-hidden />}>
          {t("chat.interrupted")}
        </Note>
      )}
    </>
  );
}

function Ending({
  state,
  live,
  onAskAgain,
}: {
  state: TurnState;
  live: LiveExchange | null;
  onAskAgain: (() => void) | undefined;
}): ReactNode {
  if (state === "cancelled") return <Note icon={<CircleStop aria-hidden />}>{t("chat.stopped")}</Note>;
  if (state === "failed")
    return <Problem error={failureOf(live)} onRetry={onAskAgain} retryLabel={t("chat.askAgain")} />;
  return null;
}

function failureOf(live: LiveExchange | null): ApiError {
  return new ApiError(live?.turn.problem ?? { detail: t("chat.failed"), hint: t("chat.failed.hint") });
}

function Progress({ live }: { live: LiveExchange | null }): ReactNode {
  const tools = live?.turn.tools ?? [];
  // They tell for themselves what the answer waits for.
  if (tools.some(({ state }) => state === "asked" || state === "running")) return null;
  const passages = live?.turn.citations.length ?? 0;
  const text =
    live?.turn.seq && passages > 0
      ? t("chat.reading", { count: passages })
      : t(tools.length > 0 ? "chat.readingResults" : "chat.searching");
  return (
    <p className="flex items-center gap-2.5 text-ink-soft">
      <span aria-hidden className="size-2 animate-pulse rounded-full bg-accent" />
      {text}
    </p>
  );
}

interface NoteProps {
  tone?: "plain" | "warn";
  icon?: ReactNode;
  children: ReactNode;
}

function Note({ tone = "plain", icon, children }: NoteProps): ReactNode {
  return (
    <p
      className={cx(
        "flex items-center gap-2 text-sm [&_svg]:size-4 [&_svg]:shrink-0",
        tone === "warn" ? "rounded-md bg-warn-soft px-3 py-2 text-warn" : "text-ink-soft",
      )}
    >
      {icon}
      {children}
    </p>
  );
}

interface FooterProps {
  text: string;
  citations: readonly Citation[];
  onOpen: (citation: Citation) => void;
}

function Footer({ text, citations, onOpen }: FooterProps): ReactNode {
  const cited = citations.filter(({ number }) =>
    new RegExp(`\\[(\\d+\\s*,\\s*)*${number}(\\s*,\\s*\\d+)*\\]`).test(text),
  );
  return (
    <div className="flex items-start gap-3 pt-1">
      {cited.length > 0 && (
        <ul aria-label={t("chat.sources")} className="flex min-w-0 flex-1 flex-wrap gap-1.5">
          {cited.map((citation) => (
            <li key={citation.number} className="max-w-full">
              <button
                type="button"
                onClick={() => onOpen(citation)}
                className="flex max-w-full items-center gap-2 rounded-md border border-line px-2 py-1 text-xs text-ink-soft transition-colors hover:border-line-strong hover:text-ink"
              >
                <span className="font-semibold text-accent tabular-nums">{citation.number}</span>
                <FileText aria-hidden className="size-3.5 shrink-0 text-ink-faint" />
                <span className="truncate">{sourceOf(citation)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <div className="ms-auto -mt-0.5">
        <CopyButton text={text} label={t("chat.copy")} />
      </div>
    </div>
  );
}
