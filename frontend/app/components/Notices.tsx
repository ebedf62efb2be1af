/** Shows the notices and holds the live region. */
import { X } from "lucide-react";
import { useEffect, type ReactNode } from "react";
import { t } from "@/i18n/t";
import { IconButton } from "./Button";
import { cx } from "./cx";
import { dismiss, useNotices, type Notice } from "./notices";

const SHOWN_MS = 8_000;

export function Notices(): ReactNode {
  const { notices, spoken } = useNotices();
  return (
    <>
      <div role="status" aria-live="polite" className="sr-only">
        {spoken}
      </div>
      <ul
        className="fixed inset-x-4 bottom-4 z-50 flex flex-col items-center gap-2 empty:hidden sm:items-end"
        aria-label={t("notices.title")}
      >
        {notices.map((notice) => (
          <NoticeItem key={notice.id} notice={notice} />
        ))}
      </ul>
    </>
  );
}

function NoticeItem({ notice: { id, text, tone, requestId } }: { notice: Notice }): ReactNode {
  useEffect(() => {
    // A failure stays until it is read.
    if (tone === "danger") return;
    const timer = setTimeout(() => dismiss(id), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [id, tone]);

  return (
    <li
      role={tone === "danger" ? "alert" : "status"}
      className={cx(
        "enter flex max-w-md items-start gap-3 rounded-lg border border-line bg-raised py-2.5 ps-4 pe-2 text-sm shadow-raised",
        tone === "danger" && "text-danger",
      )}
    >
      <p className="py-1.5">
        {text}
        {requestId && (
          <span className="mt-0.5 block font-mono text-xs text-ink-faint">{t("error.request", { id: requestId })}</span>
        )}
      </p>
      <IconButton label={t("notices.dismiss")} icon={<X aria-hidden />} onClick={() => dismiss(id)} />
    </li>
  );
}
