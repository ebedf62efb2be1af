/** ‹ 2/3 ›: walks between edits of a question, or between answers to it. */
import { ChevronLeft, ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { IconButton } from "@/components/Button";
import { t } from "@/i18n/t";
import type { Siblings } from "./thread";

interface Props {
  siblings: Siblings;
  label: string;
  onWalk: (messageId: string) => void;
}

export function SiblingWalker({ siblings: { ids, position }, label, onWalk }: Props): ReactNode {
  if (ids.length < 2) return null;
  const before = ids[position - 2];
  const after = ids[position];
  return (
    <div role="group" aria-label={label} className="flex items-center text-xs text-ink-soft tabular-nums">
      <IconButton
        label={t("branches.before")}
        icon={<ChevronLeft aria-hidden className="rtl:-scale-x-100" />}
        disabled={before === undefined}
        onClick={() => before !== undefined && onWalk(before)}
      />
      <span>
        <span className="sr-only">{t("branches.place", { position, count: ids.length })}</span>
        <span aria-hidden>
          {position}/{ids.length}
        </span>
      </span>
      <IconButton
        label={t("branches.after")}
        icon={<ChevronRight aria-hidden className="rtl:-scale-x-100" />}
        disabled={after === undefined}
        onClick={() => after !== undefined && onWalk(after)}
      />
    </div>
  );
}
