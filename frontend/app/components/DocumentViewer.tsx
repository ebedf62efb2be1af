/** A document, opened at a place: the picture of its page with the passage marked, or its text. */
import { useQuery } from "@tanstack/react-query";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { useEffect, useState, type ReactNode } from "react";
import { unwrap } from "@client/api";
import { api } from "@/data/client";
import { t } from "@/i18n/t";
import { IconButton } from "./Button";
import { cx } from "./cx";
import { Skeletons } from "./Page";
import { PassageViewer, type Target } from "./PassageViewer";
import { Problem } from "./Problem";

/** A place to open a document at. */
export interface Place extends Target {
  page: number | null;
  /** In the document's text. */
  charStart: number;
  charEnd: number;
}

export function DocumentViewer({ documentId, place }: { documentId: string; place?: Place | undefined }): ReactNode {
  const [view, setView] = useState<"page" | "text">("page");
  const params = { path: { document_id: documentId } };
  const document = useQuery({
    queryKey: ["document", documentId],
    queryFn: () => unwrap(api.http.GET("/api/v1/documents/{document_id}", { params })),
    staleTime: 60_000,
  });
  if (document.error) return <Problem error={document.error} onRetry={() => void document.refetch()} />;
  if (!document.data) return <Skeletons count={4} className="mb-3 h-24" />;
  const { media_type: type, page_count: pages, notice } = document.data;
  const hasPages = type === "application/pdf" && pages !== null;
  return (
    <div className="space-y-3">
      {notice !== "" && <p className="rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">{notice}</p>}
      {hasPages && <Switch view={view} onChange={setView} />}
      {hasPages && view === "page" ? (
        <Pages documentId={documentId} count={pages} place={place} />
      ) : (
        <PassageViewer documentId={documentId} target={place} />
      )}
    </div>
  );
}

function Switch({ view, onChange }: { view: "page" | "text"; onChange: (view: "page" | "text") => void }): ReactNode {
  return (
    <div role="group" aria-label={t("viewer.as")} className="inline-flex rounded-md border border-line p-0.5 text-sm">
      {(["page", "text"] as const).map((each) => (
        <button
          key={each}
          type="button"
          aria-pressed={view === each}
          onClick={() => onChange(each)}
          className={cx("rounded-[0.3rem] px-3 py-1", view === each ? "bg-accent-soft font-medium" : "text-ink-soft")}
        >
          {t(`viewer.as.${each}`)}
        </button>
      ))}
    </div>
  );
}

interface PagesProps {
  documentId: string;
  count: number;
  place: Place | undefined;
}

function Pages({ documentId, count, place }: PagesProps): ReactNode {
  const [page, setPage] = useState(place?.page ?? 1);
  const marked = place?.page === page ? place : undefined;
  return (
    <div>
      <div className="mb-2 flex items-center justify-center gap-1 text-sm tabular-nums">
        <IconButton
          label={t("viewer.before")}
          icon={<ChevronLeft aria-hidden className="rtl:-scale-x-100" />}
          disabled={page <= 1}
          onClick={() => setPage(page - 1)}
        />
        <span aria-live="polite">{t("viewer.page", { page, count })}</span>
        <IconButton
          label={t("viewer.after")}
          icon={<ChevronRight aria-hidden className="rtl:-scale-x-100" />}
          disabled={page >= count}
          onClick={() => setPage(page + 1)}
        />
      </div>
      <PagePicture documentId={documentId} page={page} place={marked} />
    </div>
  );
}

/** Sharp on screens of double density, at the widest the panel gets. */
const WIDTH_PX = 1_000;

function PagePicture({
  documentId,
  page,
  place,
}: {
  documentId: string;
  page: number;
  place: Place | undefined;
}): ReactNode {
  const path = { document_id: documentId, page };
  const range = place && { char_start: place.charStart, char_end: place.charEnd };
  const layout = useQuery({
    queryKey: ["page", documentId, page, range],
    queryFn: () =>
      unwrap(api.http.GET("/api/v1/documents/{document_id}/pages/{page}", { params: { path, query: range ?? {} } })),
    staleTime: 300_000,
  });
  const picture = useQuery({
    queryKey: ["page-picture", documentId, page],
    queryFn: async () => {
      const options = { params: { path, query: { width: WIDTH_PX } }, parseAs: "blob" as const };
      return (await unwrap(
        api.http.GET("/api/v1/documents/{document_id}/pages/{page}/image", options),
      )) as unknown as Blob;
    },
    staleTime: 300_000,
  });
  const source = useObjectUrl(picture.data);
  const failed = picture.error ?? layout.error;
  if (failed) return <Problem error={failed} onRetry={() => void Promise.all([picture.refetch(), layout.refetch()])} />;
  if (source === "" || !layout.data) return <div className="skeleton aspect-[1/1.414] w-full" />;
  const { width, height, rectangles } = layout.data;
  const share = (part: number, whole: number): string => `${((part / whole) * 100).toFixed(3)}%`;
  return (
    <div className="relative overflow-hidden rounded-md border border-line bg-white">
      <img src={source} alt={t("viewer.picture", { page })} className="block w-full" />
      {rectangles.map((box, index) => (
        <span
          key={index}
          ref={index === 0 ? scrollTo : undefined}
          aria-hidden
          data-marked
          className="absolute rounded-[0.1em] bg-mark mix-blend-multiply"
          style={{
            insetInlineStart: "auto",
            left: share(box.left, width),
            top: share(box.top, height),
            width: share(box.width, width),
            height: share(box.height, height),
          }}
        />
      ))}
    </div>
  );
}

const scrollTo = (element: HTMLElement | null): void => element?.scrollIntoView({ block: "center" });

function useObjectUrl(blob: Blob | undefined): string {
  const [url, setUrl] = useState("");
  useEffect(() => {
    if (!blob) return;
    const made = URL.createObjectURL(blob);
    // An address of the browser's own, which has to be given back.
    // eslint-disable-next-line react-hooks/set-state-in-effect
    setUrl(made);
    return () => {
      URL.revokeObjectURL(made);
      setUrl("");
    };
  }, [blob]);
  return url;
}
