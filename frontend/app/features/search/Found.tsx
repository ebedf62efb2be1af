/** A passage that a search found: its words that were looked for, and every score that placed it. */
import { Fragment, type ReactNode } from "react";
import type { FoundPassage } from "@client/types";
import { formatScore, t } from "@/i18n/t";

interface Props {
  found: FoundPassage;
  rank: number;
  /** All of the results, beside which its scores are drawn. */
  best: readonly FoundPassage[];
  onShow: (found: FoundPassage) => void;
}

export function Found({ found, rank, best, onShow }: Props): ReactNode {
  const { document_name: name, page, heading_path: headings, context_terms: context } = found;
  const source = page === null ? name : t("citation.source", { document: name, page });
  return (
    <li className="grid gap-x-6 gap-y-3 py-4 sm:grid-cols-[2rem_1fr_14rem]">
      <span className="text-lg font-semibold text-accent tabular-nums">{rank}</span>
      <div className="min-w-0">
        <button
          type="button"
          onClick={() => onShow(found)}
          className="max-w-full truncate font-medium underline-offset-4 hover:underline"
        >
          {source}
        </button>
        {headings.length > 0 && <p className="truncate text-sm text-ink-soft">{headings.join(" › ")}</p>}
        <p dir="auto" className="mt-1.5 line-clamp-6 text-sm whitespace-pre-line wrap-anywhere">
          <Marked found={found} />
        </p>
        {context.length > 0 && (
          <p className="mt-1 text-xs text-ink-soft">{t("playground.context", { terms: context.join(", ") })}</p>
        )}
      </div>
      <Scores found={found} best={best} />
    </li>
  );
}

/** Places are counted in code points, strings in UTF-16: a passage may hold characters of both lengths. */
function Marked({ found: { text, matches } }: { found: FoundPassage }): ReactNode {
  const points = [...text];
  return (
    <>
      {matches.map(({ start, end }, index) => (
        <Fragment key={start}>
          {points.slice(matches[index - 1]?.end ?? 0, start).join("")}
          <mark className="bg-mark text-on-mark">{points.slice(start, end).join("")}</mark>
        </Fragment>
      ))}
      {points.slice(matches.at(-1)?.end ?? 0).join("")}
    </>
  );
}

function Scores({ found, best }: Pick<Props, "found" | "best">): ReactNode {
  const most = Math.max(...best.map(({ bm25 }) => bm25 ?? 0), 0.001);
  const place = (rank: number | null): string => (rank === null ? "" : t("playground.rank", { rank }));
  return (
    <ul className="space-y-1.5 text-xs tabular-nums">
      <Score name={t("playground.score")} value={found.score} share={found.score} note="" />
      <Score
        name={t("playground.words")}
        value={found.bm25}
        share={(found.bm25 ?? 0) / most}
        note={place(found.bm25_rank)}
      />
      <Score
        name={t("playground.meaning")}
        value={found.cosine}
        share={Math.max(0, found.cosine ?? 0)}
        note={place(found.cosine_rank)}
      />
      {found.closeness !== null && (
        <Score name={t("playground.closeness")} value={found.closeness} share={Math.max(0, found.closeness)} note="" />
      )}
      {found.relevance !== null && (
        <Score name={t("playground.relevance")} value={found.relevance} share={null} note="" />
      )}
    </ul>
  );
}

interface ScoreProps {
  name: string;
  /** Null where this ranking did not find the passage. */
  value: number | null;
  /** Of the bar, 0 to 1; null where the scale is not known. */
  share: number | null;
  note: string;
}

function Score({ name, value, share, note }: ScoreProps): ReactNode {
  return (
    <li>
      <div className="flex justify-between gap-2">
        <span className="text-ink-soft">{name}</span>
        <span>
          {note !== "" && <span className="me-2 text-ink-faint">{note}</span>}
          {value === null ? t("playground.notFound") : formatScore(value)}
        </span>
      </div>
      {share !== null && (
        <div aria-hidden className="mt-0.5 h-1 rounded-full bg-sunken">
          <div
            className="h-full rounded-full bg-accent"
            style={{ inlineSize: `${(Math.min(1, share) * 100).toFixed(1)}%` }}
          />
        </div>
      )}
    </li>
  );
}
