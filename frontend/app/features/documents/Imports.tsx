/** Sitemaps that are being taken in: how far, what was skipped and why. */
import { useQuery } from "@tanstack/react-query";
import { Globe } from "lucide-react";
import type { ReactNode } from "react";
import { unwrap } from "@client/api";
import type { PageImport } from "@client/types";
import { Button } from "@/components/Button";
import { notifyError } from "@/components/Problem";
import { api, queries } from "@/data/client";
import { t } from "@/i18n/t";

export const importsKey = (collectionId: string): readonly string[] => ["imports", collectionId];

const WATCH_MS = 2_000;
/** Older ones are history. */
const SHOWN = 3;

const isRunning = ({ state }: PageImport): boolean => state === "running" || state === "reading";

export function Imports({ collectionId, mayEdit }: { collectionId: string; mayEdit: boolean }): ReactNode {
  const imports = useQuery({
    queryKey: importsKey(collectionId),
    queryFn: async () => {
      const params = { path: { collection_id: collectionId }, query: { limit: SHOWN } };
      return (await unwrap(api.http.GET("/api/v1/collections/{collection_id}/imports", { params }))).items;
    },
    refetchInterval: (query) => (query.state.data?.some(isRunning) ? WATCH_MS : false),
  });
  if (!imports.data || imports.data.length === 0) return null;
  return (
    <ul aria-label={t("imports.title")} className="mt-4 space-y-2">
      {imports.data.map((each) => (
        <Import key={each.id} value={each} mayEdit={mayEdit} />
      ))}
    </ul>
  );
}

function Import({ value, mayEdit }: { value: PageImport; mayEdit: boolean }): ReactNode {
  const {
    id,
    collection_id: collectionId,
    url,
    state,
    found,
    created,
    replacing,
    unchanged,
    skipped,
    problems,
  } = value;
  const cancel = (): void => {
    unwrap(api.http.POST("/api/v1/imports/{import_id}/cancel", { params: { path: { import_id: id } } }))
      .then(() => queries.invalidateQueries({ queryKey: importsKey(collectionId) }))
      .catch(notifyError);
  };
  return (
    <li className="rounded-lg border border-line px-4 py-3 text-sm">
      <div className="flex items-center gap-3">
        <Globe aria-hidden className="size-4 shrink-0 text-ink-faint" />
        <p className="min-w-0 flex-1 truncate font-medium">{url}</p>
        <span className="text-ink-soft">{t(`imports.state.${state}`)}</span>
        {mayEdit && isRunning(value) && <Button onClick={cancel}>{t("document.cancel")}</Button>}
      </div>
      <p className="mt-1 text-ink-soft tabular-nums">
        {t("imports.counts", { found, created, replacing, unchanged, skipped })}
      </p>
      {value.error && (
        <p className="mt-1">
          <span className="text-danger">{value.error.detail}</span>{" "}
          <span className="text-ink-soft">{value.error.hint}</span>
        </p>
      )}
      {problems.length > 0 && (
        <details className="mt-1">
          <summary className="cursor-pointer rounded-md text-ink-soft">
            {t("imports.skipped", { count: skipped })}
          </summary>
          <ul className="mt-1 space-y-1">
            {problems.map((problem) => (
              <li key={problem.url} className="wrap-anywhere">
                {problem.url}: <span className="text-ink-soft">{problem.detail}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </li>
  );
}
