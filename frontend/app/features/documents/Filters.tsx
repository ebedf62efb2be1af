/** Narrows the list of documents, says how far the reading is, and acts on many at once. */
import { Search } from "lucide-react";
import type { ReactNode } from "react";
import type { Collection, CollectionProgress, DocumentState } from "@client/types";
import { Button } from "@/components/Button";
import { notify } from "@/components/notices";
import { notifyError } from "@/components/Problem";
import { formatDuration, t } from "@/i18n/t";
import { actOnMany, waits, type Bulk, type Filter } from "./useDocuments";

const STATES: readonly DocumentState[] = ["ready", "received", "reading", "embedding", "failed", "cancelled"];

interface Props {
  filter: Filter;
  progress: CollectionProgress | undefined;
  onChange: (filter: Filter) => void;
}

export function Filters({ filter, progress, onChange }: Props): ReactNode {
  const counts = progress?.counts ?? {};
  return (
    <div className="mt-6 flex flex-wrap items-center gap-3">
      <div className="relative min-w-44 flex-1">
        <Search aria-hidden className="pointer-events-none absolute start-3 top-2.5 size-4 text-ink-faint" />
        <input
          type="search"
          value={filter.q}
          aria-label={t("documents.find")}
          placeholder={t("documents.find")}
          onChange={(event) => onChange({ ...filter, q: event.target.value })}
          className="h-9 w-full rounded-md border border-line-strong bg-surface ps-9 pe-3 text-sm"
        />
      </div>
      <select
        aria-label={t("documents.state")}
        value={filter.state}
        onChange={(event) => onChange({ ...filter, state: event.target.value as Filter["state"] })}
        className="h-9 rounded-md border border-line-strong bg-surface ps-2.5 pe-7 text-sm"
      >
        <option value="">{t("documents.state.all", { count: progress?.total ?? 0 })}</option>
        {STATES.filter((state) => (counts[state] ?? 0) > 0 || state === filter.state).map((state) => (
          <option key={state} value={state}>
            {t("documents.state.one", { state: t(`document.state.${state}`), count: counts[state] ?? 0 })}
          </option>
        ))}
      </select>
      {progress && waits(progress) && progress.seconds_left !== null && (
        <p role="status" className="text-sm text-ink-soft tabular-nums">
          {t("documents.left", { time: formatDuration(progress.seconds_left) })}
        </p>
      )}
    </div>
  );
}

interface BulkProps {
  collection: Collection;
  progress: CollectionProgress | undefined;
  chosen: ReadonlySet<string>;
  onDone: () => void;
}

/** For the documents that are chosen; else for all that failed or wait. */
export function BulkActions({ collection, progress, chosen, onDone }: BulkProps): ReactNode {
  const failed = progress?.counts.failed ?? 0;
  const waiting = progress?.counts.received ?? 0;
  const run = (action: Bulk, which: { ids: string[] } | { state: DocumentState }) => () => {
    actOnMany(collection, action, which)
      .then((count) => {
        notify({ text: t(`bulk.done.${action}`, { count }) });
        onDone();
      })
      .catch(notifyError);
  };
  if (chosen.size > 0) {
    const ids = [...chosen];
    return (
      <div className="mt-3 flex flex-wrap items-center gap-2 rounded-lg bg-accent-soft px-3 py-2 text-sm">
        <p className="flex-1">{t("bulk.chosen", { count: chosen.size })}</p>
        <Button onClick={run("retry", { ids })}>{t("bulk.retry")}</Button>
        <Button onClick={run("cancel", { ids })}>{t("bulk.cancel")}</Button>
        <Button look="danger" onClick={run("delete", { ids })}>
          {t("document.delete")}
        </Button>
        <Button look="quiet" onClick={onDone}>
          {t("bulk.none")}
        </Button>
      </div>
    );
  }
  if (failed < 2 && waiting < 2) return null;
  return (
    <div className="mt-3 flex flex-wrap gap-2">
      {failed > 1 && (
        <Button onClick={run("retry", { state: "failed" })}>{t("bulk.retry.failed", { count: failed })}</Button>
      )}
      {waiting > 1 && (
        <Button onClick={run("cancel", { state: "received" })}>{t("bulk.cancel.waiting", { count: waiting })}</Button>
      )}
    </div>
  );
}
