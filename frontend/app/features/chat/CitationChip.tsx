/** The number of a source in the text: its card on hover and focus, its passage on click. */
import type { ReactNode } from "react";
import type { Citation } from "@client/types";
import { HoverCard } from "@/components/HoverCard";
import { t } from "@/i18n/t";

interface Props {
  citation: Citation;
  onOpen: (citation: Citation) => void;
}

export function CitationChip({ citation, onOpen }: Props): ReactNode {
  return (
    <HoverCard
      trigger={(props) => (
        <button
          {...props}
          type="button"
          onClick={() => onOpen(citation)}
          aria-label={t("citation.label", { number: citation.number, source: sourceOf(citation) })}
          className="mx-[0.15em] inline-grid h-[1.45em] min-w-[1.45em] -translate-y-[0.15em] place-items-center rounded-[0.35em] bg-accent-soft px-[0.35em] align-middle text-[0.72em] leading-none font-semibold text-accent tabular-nums transition-colors hover:bg-accent hover:text-on-accent"
        >
          {citation.number}
        </button>
      )}
    >
      <span className="flex items-baseline justify-between gap-3 text-sm">
        <span className="truncate font-medium">{citation.document_name}</span>
        {citation.page !== null && (
          <span className="shrink-0 text-xs text-ink-soft tabular-nums">
            {t("passages.page", { page: citation.page })}
          </span>
        )}
      </span>
      {citation.heading_path.length > 0 && (
        <span className="block truncate text-xs text-ink-soft">{citation.heading_path.join(" › ")}</span>
      )}
      <span
        dir="auto"
        className="mt-2 line-clamp-6 border-s-2 border-accent ps-3 text-sm leading-relaxed text-ink-soft"
      >
        {citation.text}
      </span>
    </HoverCard>
  );
}

export function sourceOf({ document_name, page }: Citation): string {
  return page === null ? document_name : t("citation.source", { document: document_name, page });
}
