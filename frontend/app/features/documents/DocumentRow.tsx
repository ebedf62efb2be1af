/** A document: its state while it is taken in, what was read from it, or why it failed. */
import { CircleCheck, CircleSlash, FileText, Globe, Lock, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import type { Collection, Document } from "@client/types";
import { Button } from "@/components/Button";
import { notifyError } from "@/components/Problem";
import { formatBytes, formatDate, formatDuration, t } from "@/i18n/t";
import { DocumentMenu } from "./DocumentMenu";
import { ProgressBar } from "./ProgressBar";
import { act, isUnderWay } from "./useDocuments";

interface Props {
  document: Document;
  collection: Collection;
  mayEdit: boolean;
  /** Undefined where the reader may not change documents. */
  selection: { chosen: boolean; onToggle: () => void } | undefined;
  onShow: (document: Document) => void;
}

export function DocumentRow({ document, collection, mayEdit, selection, onShow }: Props): ReactNode {
  const { name, state, error, notice } = document;
  const step = (what: "retry" | "cancel") => () => void act(document, what).catch(notifyError);
  const mayRetry = mayEdit && (state === "failed" || state === "cancelled");
  return (
    <li className="flex items-start gap-3 py-3" data-state={state}>
      {selection && (
        <input
          type="checkbox"
          checked={selection.chosen}
          onChange={selection.onToggle}
          aria-label={t("document.choose", { name })}
          className="mt-1 size-4 shrink-0 accent-accent"
        />
      )}
      {document.source_url ? (
        <Globe aria-hidden className="mt-0.5 size-5 shrink-0 stroke-[1.5] text-ink-faint" />
      ) : (
        <FileText aria-hidden className="mt-0.5 size-5 shrink-0 stroke-[1.5] text-ink-faint" />
      )}
      <div className="min-w-0 flex-1">
        <Name document={document} onShow={onShow} />
        <Status document={document} />
        {error && (
          <p className="mt-1 text-sm wrap-anywhere">
            <span className="text-danger">{error.detail}</span> <span className="text-ink-soft">{error.hint}</span>
          </p>
        )}
        {notice !== "" && <p className="mt-1 text-sm text-warn wrap-anywhere">{notice}</p>}
      </div>
      {mayRetry && <Button onClick={step("retry")}>{t("error.retry")}</Button>}
      {mayEdit && isUnderWay(document) && <Button onClick={step("cancel")}>{t("document.cancel")}</Button>}
      <DocumentMenu document={document} collection={collection} mayEdit={mayEdit} onShow={onShow} />
    </li>
  );
}

function Name({ document, onShow }: Pick<Props, "document" | "onShow">): ReactNode {
  const { name, searchable, restricted } = document;
  return (
    <div className="flex min-w-0 items-center gap-2">
      {searchable ? (
        <button
          type="button"
          onClick={() => onShow(document)}
          className="max-w-full truncate font-medium underline-offset-4 hover:underline"
        >
          {name}
        </button>
      ) : (
        <p className="truncate font-medium">{name}</p>
      )}
      {restricted && (
        <Lock role="img" aria-label={t("document.restricted")} className="size-3.5 shrink-0 text-ink-faint" />
      )}
    </div>
  );
}

function Status({ document }: { document: Document }): ReactNode {
  const { state, searchable } = document;
  const kept = searchable && state !== "ready" ? t("document.kept") : "";
  if (state === "failed")
    return (
      <p className="mt-0.5 flex flex-wrap items-center gap-x-1.5 text-sm font-medium text-danger">
        <TriangleAlert aria-hidden className="size-4" />
        {t("document.state.failed")}
        <span className="font-normal text-ink-soft">{kept}</span>
      </p>
    );
  if (state === "cancelled")
    return (
      <p className="mt-0.5 flex flex-wrap items-center gap-x-1.5 text-sm text-ink-soft">
        <CircleSlash aria-hidden className="size-4" />
        {t("document.state.cancelled")} {kept}
      </p>
    );
  return state === "ready" ? <Facts document={document} /> : <UnderWay document={document} kept={kept} />;
}

function UnderWay({ document, kept }: { document: Document; kept: string }): ReactNode {
  const { state, name, progress, chunks_done: done, chunks_total: total, seconds_left: left } = document;
  const counted = state === "embedding" && total !== null ? t("document.counted", { done, count: total }) : "";
  const rest = left === null ? "" : t("document.left", { time: formatDuration(left) });
  return (
    <p className="mt-1.5 flex flex-wrap items-center gap-x-3 text-sm text-ink-soft tabular-nums">
      <ProgressBar value={progress} label={t("document.progress", { name })} />
      {[t(`document.state.${state}`), counted, rest, kept].filter(Boolean).join(" · ")}
    </p>
  );
}

function Facts({ document }: { document: Document }): ReactNode {
  const { page_count: pages, chunk_count: chunks, size_bytes: size, updated_at: at, version } = document;
  const facts = [
    t("document.state.ready"),
    pages ? t("document.pages", { count: pages }) : "",
    t("document.chunks", { count: chunks }),
    formatBytes(size),
    version > 1 ? t("document.version", { version }) : "",
    formatDate(at),
  ];
  return (
    <p className="mt-0.5 flex flex-wrap items-center gap-x-1.5 text-sm text-ink-soft tabular-nums">
      <CircleCheck aria-hidden className="size-4 text-accent" />
      {facts.filter(Boolean).join(" · ")}
    </p>
  );
}
