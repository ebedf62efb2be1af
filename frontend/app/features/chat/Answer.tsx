/** An answer: its text with numbered sources, where they come from, and what there is to know about how it ended. */
import { ChevronRight, CircleStop, FileText, WifiOff } from "lucide-react";
import { useCallback, useState, type ReactNode } from "react";
import { ApiError } from "@client/problem";
import type { ToolStep, TurnState } from "@client/turn";
import type { Citation } from "@client/types";
import { cx } from "@/components/cx";
import { Markdown } from "@/components/markdown/Markdown";
import { Problem } from "@/components/Problem";
import { t } from "@/i18n/t";
import { AnswerActions } from "./AnswerActions";
import { CitationChip, sourceOf } from "./CitationChip";
import type { ExchangeActions } from "./ExchangeView";
import { decide, type LiveExchange } from "./live";
import type { Source } from "./SourcePanel";
import type { Answer as AnswerValue, Exchange } from "./thread";
import { ToolSteps } from "./ToolSteps";
import { useStable } from "./useStable";

interface Props {
  exchange: Exchange;
  answer: AnswerValue;
  actions: ExchangeActions;
}

export type OnOpen = (source: Source) => void;

export function Answer({ exchange, answer, actions }: Props): ReactNode {
  const { text, citations, state } = answer;
  const streaming = state === "streaming";
  const open = useStable((citation: Citation) => actions.open({ citation, answer }));
  const cite = useCallback(
    (number: number): ReactNode => {
      const citation = citations.find((each) => each.number === number);
      return citation ? <CitationChip citation={citation} onOpen={open} /> : null;
    },
    [citations, open],
  );
  return (
    <div className={cx("space-y-4", streaming && text !== "" && "prose-streaming")} aria-busy={streaming || undefined}>
      <Before live={exchange.live} over={text !== "" || !streaming} />
      {text !== "" && <Markdown text={text} cite={cite} />}
      <Tools live={exchange.live} stored={answer.tools} />
      {streaming ? (
        <UnderWay live={exchange.live} empty={text === ""} />
      ) : (
        <Ended exchange={exchange} answer={answer} actions={actions} onOpen={open} />
      )}
    </div>
  );
}

/** What a reader may want to know before the text. */
function Before({ live, over }: { live: LiveExchange | null; over: boolean }): ReactNode {
  const { degraded = "", reasoning = "" } = live?.turn ?? {};
  return (
    <>
      {degraded !== "" && <Note tone="warn">{t("chat.degraded", { reason: degraded })}</Note>}
      {reasoning !== "" && <Thinking text={reasoning} over={over} />}
    </>
  );
}

function Ended({ exchange, answer, actions, onOpen }: Props & { onOpen: (citation: Citation) => void }): ReactNode {
  const again = exchange.questionId === null ? undefined : (): void => actions.answerAgain(exchange);
  return (
    <>
      <Ending state={answer.state} live={exchange.live} onAgain={again} />
      <footer className="flex flex-wrap items-start gap-3 pt-1">
        <Sources text={answer.text} citations={answer.citations} onOpen={onOpen} />
        <AnswerActions answer={answer} turnId={exchange.turnId} onAgain={again} onWalk={actions.walkTo} />
      </footer>
    </>
  );
}

/** Open while there is nothing else to read, folded once the answer begins. */
function Thinking({ text, over }: { text: string; over: boolean }): ReactNode {
  const [chosen, setChosen] = useState<boolean | null>(null);
  const open = chosen ?? !over;
  return (
    <div className="text-sm text-ink-soft">
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setChosen(!open)}
        className="flex items-center gap-1.5 rounded-md py-1 hover:text-ink"
      >
        <ChevronRight
          aria-hidden
          className={cx("size-4 transition-transform", open ? "rotate-90" : "rtl:-scale-x-100")}
        />
        {t(over ? "chat.thought" : "chat.thinking")}
      </button>
      {open && (
        <p dir="auto" className="mt-1 border-s-2 border-line ps-3 whitespace-pre-wrap wrap-anywhere">
          {text}
        </p>
      )}
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

interface EndingProps {
  state: TurnState;
  live: LiveExchange | null;
  onAgain: (() => void) | undefined;
}

function Ending({ state, live, onAgain }: EndingProps): ReactNode {
  if (state === "cancelled") return <Note icon={<CircleStop aria-hidden />}>{t("chat.stopped")}</Note>;
  if (state === "failed") return <Problem error={failureOf(live)} onRetry={onAgain} retryLabel={t("chat.askAgain")} />;
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

interface SourcesProps {
  text: string;
  citations: readonly Citation[];
  onOpen: (citation: Citation) => void;
}

function Sources({ text, citations, onOpen }: SourcesProps): ReactNode {
  const cited = citations.filter(({ number }) =>
    new RegExp(`\\[(\\d+\\s*,\\s*)*${number}(\\s*,\\s*\\d+)*\\]`).test(text),
  );
  if (cited.length === 0) return null;
  return (
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
  );
}
