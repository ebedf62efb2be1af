/** The passage behind a citation, in its document: beside the answer, or over it where there is no room. */
import { X } from "lucide-react";
import { useEffect, useRef, type ReactNode } from "react";
import type { Citation } from "@client/types";
import { IconButton } from "@/components/Button";
import { Dialog } from "@/components/Dialog";
import { PassageViewer } from "@/components/PassageViewer";
import { quotesFor } from "@/components/quotes";
import { useMedia } from "@/components/useMedia";
import { t } from "@/i18n/t";

interface Props {
  citation: Citation;
  /** The answer that cites it. */
  answer: string;
  onClose: () => void;
}

export function SourcePanel({ citation, answer, onClose }: Props): ReactNode {
  const target = { chunk: citation.chunk, quotes: quotesFor(answer, citation.number) };
  const viewer = (
    <PassageViewer
      key={`${citation.document_id}.${citation.chunk}`}
      documentId={citation.document_id}
      target={target}
    />
  );
  const wide = useMedia("(min-width: 80rem)");
  if (!wide)
    return (
      <Dialog shape="sheet-end" title={citation.document_name} onClose={onClose}>
        {viewer}
      </Dialog>
    );
  return (
    <Docked citation={citation} onClose={onClose}>
      {viewer}
    </Docked>
  );
}

function Docked({ citation, onClose, children }: Omit<Props, "answer"> & { children: ReactNode }): ReactNode {
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
      className="enter flex w-[26rem] shrink-0 flex-col border-s border-line bg-canvas"
    >
      <header className="flex items-start gap-3 py-3 ps-5 pe-3">
        <h2 ref={heading} tabIndex={-1} className="min-w-0 flex-1 pt-1 font-semibold wrap-anywhere outline-none">
          {citation.document_name}
        </h2>
        <IconButton label={t("dialog.close")} icon={<X aria-hidden />} onClick={close} />
      </header>
      <div tabIndex={0} className="min-h-0 flex-1 overflow-y-auto px-2 pb-6 scroll-thin -outline-offset-2">
        {children}
      </div>
    </aside>
  );
}
