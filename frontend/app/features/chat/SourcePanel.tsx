/** The passage behind a citation, in its document: beside the answer, or over it where there is no room. */
import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useEffect, useRef, type ReactNode } from "react";
import { unwrap } from "@client/api";
import type { Citation, FoundCitation } from "@client/types";
import { IconButton } from "@/components/Button";
import { Dialog } from "@/components/Dialog";
import { DocumentViewer, type Place } from "@/components/DocumentViewer";
import { Skeletons } from "@/components/Page";
import { Problem } from "@/components/Problem";
import { quotesFor } from "@/components/quotes";
import { useMedia } from "@/components/useMedia";
import { api } from "@/data/client";
import { t } from "@/i18n/t";

export interface Source {
  citation: Citation;
  /** The answer that cites it; its id is null until it is stored. */
  answer: { id: string | null; text: string };
}

export function SourcePanel({ source, onClose }: { source: Source; onClose: () => void }): ReactNode {
  const { citation, answer } = source;
  const key = `${citation.document_id}.${citation.chunk}`;
  const content =
    answer.id === null ? (
      <Passage key={key} source={source} />
    ) : (
      <StoredPassage key={key} source={source} messageId={answer.id} />
    );
  const wide = useMedia("(min-width: 80rem)");
  if (!wide)
    return (
      <Dialog shape="sheet-end" title={citation.document_name} onClose={onClose}>
        {content}
      </Dialog>
    );
  return (
    <Docked citation={citation} onClose={onClose}>
      {content}
    </Docked>
  );
}

/** As it was quoted. */
function Passage({ source: { citation, answer } }: { source: Source }): ReactNode {
  return (
    <DocumentViewer
      documentId={citation.document_id}
      place={{
        chunk: citation.chunk,
        page: citation.page,
        charStart: citation.char_start,
        charEnd: citation.char_end,
        quotes: quotesFor(answer.text, citation.number),
      }}
    />
  );
}

/** A document may have changed, or gone, since the answer was made; then it says so. */
function StoredPassage({ source, messageId }: { source: Source; messageId: string }): ReactNode {
  const { citation } = source;
  const params = { path: { message_id: messageId, number: citation.number } };
  const found = useQuery({
    queryKey: ["citation", messageId, citation.number],
    queryFn: () => unwrap(api.http.GET("/api/v1/messages/{message_id}/citations/{number}", { params })),
  });
  if (found.error) return <Problem error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <Skeletons count={4} className="mb-3 h-24" />;
  if (found.data.state === "gone") return <Told>{t("citation.gone")}</Told>;
  if (found.data.state === "current") return <Passage source={source} />;
  return <ChangedPassage source={source} found={found.data} />;
}

function ChangedPassage({ source, found }: { source: Source; found: FoundCitation }): ReactNode {
  const { citation, answer } = source;
  const now = found.place;
  const place: Place | undefined = now
    ? {
        chunk: now.chunk,
        page: now.page,
        charStart: now.char_start,
        charEnd: now.char_end,
        quotes: quotesFor(answer.text, citation.number),
      }
    : undefined;
  return (
    <div className="space-y-4">
      <Told>{t(now ? "citation.changed" : "citation.changed.lost")}</Told>
      {!now && (
        <blockquote
          dir="auto"
          className="border-s-2 border-accent ps-3 whitespace-pre-line text-ink-soft wrap-anywhere"
        >
          {citation.text}
        </blockquote>
      )}
      <DocumentViewer documentId={citation.document_id} place={place} />
    </div>
  );
}

function Told({ children }: { children: ReactNode }): ReactNode {
  return (
    <p role="status" className="rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">
      {children}
    </p>
  );
}

interface DockedProps {
  citation: Citation;
  onClose: () => void;
  children: ReactNode;
}

function Docked({ citation, onClose, children }: DockedProps): ReactNode {
  const heading = useRef<HTMLHeadingElement>(null);
  const cameFrom = useRef<Element | null>(null);

  useEffect(() => {
    cameFrom.current = document.activeElement;
    heading.current?.focus();
  }, [citation]);

  const close = (): void => {
    onClose();
    if (cameFrom.current instanceof HTMLElement) cameFrom.current.focus();
  };

  return (
    <aside
      aria-label={t("citation.panel")}
      className="enter flex w-[30rem] shrink-0 flex-col border-s border-line bg-canvas"
    >
      <header className="flex items-start gap-3 py-3 ps-5 pe-3">
        <h2 ref={heading} tabIndex={-1} className="min-w-0 flex-1 pt-1 font-semibold wrap-anywhere outline-none">
          {citation.document_name}
        </h2>
        <IconButton label={t("dialog.close")} icon={<X aria-hidden />} onClick={close} />
      </header>
      <div tabIndex={0} className="min-h-0 flex-1 overflow-y-auto px-4 pb-6 scroll-thin -outline-offset-2">
        {children}
      </div>
    </aside>
  );
}
