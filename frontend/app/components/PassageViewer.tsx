/** A document as its passages, opened at one of them with the quoted words marked. */
import { FileText } from "lucide-react";
import { Fragment, useEffect, useRef, type ReactNode } from "react";
import type { Chunk } from "@client/types";
import { usePassages } from "@/data/passages";
import { t } from "@/i18n/t";
import { Button } from "./Button";
import { cx } from "./cx";
import { Empty, Skeletons } from "./Page";
import { Problem } from "./Problem";
import { findQuotes } from "./quotes";

export interface Target {
  /** Which passage, by its ordinal. */
  chunk: number;
  /** Sentences that may have been taken from it word for word. */
  quotes: readonly string[];
}

export function PassageViewer({ documentId, target }: { documentId: string; target?: Target | undefined }): ReactNode {
  const passages = usePassages(documentId, target?.chunk ?? 0);
  const { data, error, isPending, isFetching } = passages;
  const chunks = data?.pages.flat() ?? [];

  if (error) return <Problem error={error} onRetry={() => void passages.refetch()} />;
  if (isPending)
    return (
      <div className="space-y-3">
        <Skeletons count={4} className="h-24" />
      </div>
    );
  if (chunks.length === 0)
    return <Empty icon={<FileText aria-hidden />} title={t("passages.empty.title")} text={t("passages.empty.text")} />;
  return (
    <ol className="space-y-1">
      {passages.hasPreviousPage && (
        <More busy={isFetching} label={t("passages.earlier")} onMore={() => void passages.fetchPreviousPage()} />
      )}
      {chunks.map((chunk, index) => (
        <Passage
          key={chunk.ordinal}
          chunk={chunk}
          previous={chunks[index - 1]}
          target={target?.chunk === chunk.ordinal ? target : undefined}
        />
      ))}
      {passages.hasNextPage && (
        <More busy={isFetching} label={t("passages.more")} onMore={() => void passages.fetchNextPage()} />
      )}
    </ol>
  );
}

function More({ busy, label, onMore }: { busy: boolean; label: string; onMore: () => void }): ReactNode {
  return (
    <li className="py-2 text-center">
      <Button busy={busy} onClick={onMore}>
        {label}
      </Button>
    </li>
  );
}

interface PassageProps {
  chunk: Chunk;
  previous: Chunk | undefined;
  target: Target | undefined;
}

function Passage({ chunk, previous, target }: PassageProps): ReactNode {
  const item = useRef<HTMLLIElement>(null);
  const targeted = target !== undefined;

  useEffect(() => {
    if (targeted) item.current?.scrollIntoView({ block: "center" });
  }, [targeted]);

  return (
    <li
      ref={item}
      aria-current={targeted || undefined}
      className={cx("rounded-lg px-3 py-2", targeted && "bg-accent-soft")}
    >
      <Place chunk={chunk} previous={previous} />
      <p dir="auto" className="text-base leading-relaxed whitespace-pre-line wrap-anywhere">
        {target ? <Marked text={chunk.text} quotes={target.quotes} /> : chunk.text}
      </p>
    </li>
  );
}

/** Page and headings, where they change. */
function Place({ chunk, previous }: Omit<PassageProps, "target">): ReactNode {
  const heading = chunk.heading_path.join(" › ");
  const page = chunk.page === previous?.page ? null : chunk.page;
  const newHeading = heading === previous?.heading_path.join(" › ") ? "" : heading;
  if (page === null && newHeading === "") return null;
  return (
    <p className="mb-1 flex justify-between gap-3 text-xs text-ink-soft">
      <span>{newHeading}</span>
      {page !== null && <span className="shrink-0 tabular-nums">{t("passages.page", { page })}</span>}
    </p>
  );
}

/** The words an answer took over are marked; where it put them differently, the whole passage is. */
function Marked({ text, quotes }: { text: string; quotes: readonly string[] }): ReactNode {
  const spans = findQuotes(text, quotes);
  const all = spans.length > 0 ? spans : [{ start: 0, end: text.length }];
  return all.map(({ start, end }, index) => (
    <Fragment key={start}>
      {text.slice(all[index - 1]?.end ?? 0, start)}
      <mark className="bg-mark box-decoration-clone text-on-mark">{text.slice(start, end)}</mark>
      {index === all.length - 1 && text.slice(end)}
    </Fragment>
  ));
}
