/** A document as its passages, opened at one of them with the cited words marked. */
import { FileText } from "lucide-react";
import { useEffect, useRef, type ReactNode } from "react";
import type { Chunk } from "@client/types";
import { usePassages } from "@/data/passages";
import { t } from "@/i18n/t";
import { Button } from "./Button";
import { cx } from "./cx";
import { Empty, Skeletons } from "./Page";
import { Problem } from "./Problem";

export interface Target {
  /** Which passage, by its ordinal. */
  chunk: number;
  /** The cited part in the characters of the document. */
  charStart: number;
  charEnd: number;
}

export function PassageViewer({ documentId, target }: { documentId: string; target?: Target | undefined }): ReactNode {
  const { data, error, isPending, refetch, hasNextPage, isFetching, fetchNextPage } = usePassages(documentId);
  const chunks = data?.pages.flatMap((page) => page.items) ?? [];
  const wanted = target !== undefined && hasNextPage && !chunks.some((chunk) => chunk.ordinal === target.chunk);

  useEffect(() => {
    if (wanted && !isFetching) void fetchNextPage();
  }, [wanted, isFetching, fetchNextPage]);

  if (error) return <Problem error={error} onRetry={() => void refetch()} />;
  if (isPending || wanted) return <div className="space-y-3"><Skeletons count={4} className="h-24" /></div>;
  if (chunks.length === 0) return <Empty icon={<FileText aria-hidden />} title={t("passages.empty.title")} text={t("passages.empty.text")} />;
  return (
    <ol className="space-y-1">
      {chunks.map((chunk, index) => (
        <Passage key={chunk.ordinal} chunk={chunk} previous={chunks[index - 1]} target={target?.chunk === chunk.ordinal ? target : undefined} />
      ))}
      {hasNextPage && (
        <li className="pt-2 text-center"><Button busy={isFetching} onClick={() => void fetchNextPage()}>{t("passages.more")}</Button></li>
      )}
    </ol>
  );
}

interface PassageProps {
  chunk: Chunk;
  previous: Chunk | undefined;
  target: Target | undefined;
}

function Passage({ chunk, previous, target }: PassageProps): ReactNode {
  const item = useRef<HTMLLIElement>(null);
  const heading = chunk.heading_path.join(" › ");
  const newPage = chunk.page !== null && chunk.page !== previous?.page;
  const newHeading = heading !== "" && heading !== previous?.heading_path.join(" › ");
  const targeted = target !== undefined;

  useEffect(() => {
    if (targeted) item.current?.scrollIntoView({ block: "center" });
  }, [targeted]);

  return (
    <li ref={item} aria-current={targeted || undefined} className={cx("rounded-lg px-3 py-2", targeted && "bg-accent-soft")}>
      {(newPage || newHeading) && (
        <p className="mb-1 flex justify-between gap-3 text-xs text-ink-soft">
          <span>{newHeading && heading}</span>
          {newPage && <span className="shrink-0 tabular-nums">{t("passages.page", { page: chunk.page ?? 0 })}</span>}
        </p>
      )}
      <p dir="auto" className="text-base leading-relaxed whitespace-pre-line wrap-anywhere">{marked(chunk, target)}</p>
    </li>
  );
}

/** The whole passage is marked when the citation names no narrower part of it. */
function marked(chunk: Chunk, target: Target | undefined): ReactNode {
  if (!target) return chunk.text;
  const start = Math.max(0, target.charStart - chunk.char_start);
  const end = Math.min(chunk.text.length, target.charEnd - chunk.char_start);
  const narrower = end > start && (start > 0 || end < chunk.text.length) && chunk.text.length === chunk.char_end - chunk.char_start;
  if (!narrower) return <mark className="bg-mark box-decoration-clone text-on-mark">{chunk.text}</mark>;
  return (
    <>
      {chunk.text.slice(0, start)}
      <mark className="bg-mark text-on-mark">{chunk.text.slice(start, end)}</mark>
      {chunk.text.slice(end)}
    </>
  );
}
