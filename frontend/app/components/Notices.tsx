/** Shows the notices and holds the live region. */
import { X } from "lucide-react";
import { useEffect, type ReactNode } from "react";
import { t } from "@/i18n/t";
import { Button, IconButton } from "./Button";
import { cx } from "./cx";
import { dismiss, UNDO_MS, useNotices, type Notice } from "./notices";

/** A failure may have to be read twice, and its request id noted. */
const SHOWN_MS = { plain: 4_000, danger: 20_000 };

export function Notices(): ReactNode {
  const { notices, spoken } = useNotices();
  return (
    <>
      <div role="status" aria-live="polite" className="sr-only">
        {spoken}
      </div>
      <div className="pointer-events-none fixed inset-x-4 top-3 z-50 flex flex-col items-center gap-2">
        {notices.map((notice) => (
          <NoticeItem key={notice.id} notice={notice} />
        ))}
      </div>
    </>
  );
}

function NoticeItem({ notice: { id, text, tone, requestId, undo } }: { notice: Notice }): ReactNode {
  useEffect(() => {
    const timer = setTimeout(() => dismiss(id), undo ? UNDO_MS : SHOWN_MS[tone]);
    return () => clearTimeout(timer);
  }, [id, tone, undo]);

  return (
    <div
      role={tone === "danger" ? "alert" : "status"}
      className={cx(
        "enter pointer-events-auto flex max-w-md items-start gap-3 rounded-lg border border-line bg-raised py-2.5 ps-4 pe-2 text-sm shadow-raised",
        tone === "danger" && "text-danger",
      )}
    >
      <p className="py-1.5">
        {text}
        {requestId && (
          <span className="mt-0.5 block font-mono text-xs text-ink-faint">{t("error.request", { id: requestId })}</span>
        )}
      </p>
      {undo && (
        <Button
          look="quiet"
          className="h-8! text-accent!"
          onClick={() => {
            undo();
            dismiss(id);
          }}
        >
          {t("notices.undo")}
        </Button>
      )}
      <IconButton label={t("notices.dismiss")} icon={<X aria-hidden />} onClick={() => dismiss(id)} />
    </div>
  );
}
