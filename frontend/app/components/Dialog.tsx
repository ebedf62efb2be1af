/** A modal on the native <dialog>: the browser keeps the focus inside, closes on Esc and gives the focus back. */
import { X } from "lucide-react";
import { useEffect, useId, useRef, useState, type MouseEvent, type ReactNode } from "react";
import { t } from "@/i18n/t";
import { Button, IconButton } from "./Button";
import { cx } from "./cx";
import { Problem } from "./Problem";

interface Props {
  title: string;
  onClose: () => void;
  children: ReactNode;
  /** A sheet fills the height at one side of the screen; a box sits in its middle. */
  shape?: "box" | "sheet-end" | "sheet-start";
  hideTitle?: boolean;
}

const shapes = {
  box: "m-auto max-h-[calc(100dvh-2rem)] w-[min(30rem,calc(100vw-2rem))] rounded-xl",
  "sheet-end": "ms-auto me-0 h-dvh w-[min(32rem,100vw)]",
  "sheet-start": "ms-0 me-auto h-dvh w-[min(19rem,88vw)]",
};

/** Mounted means open. */
export function Dialog({ title, onClose, children, shape = "box", hideTitle = false }: Props): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();

  useEffect(() => {
    const element = dialog.current;
    if (element && !element.open) {
      element.showModal();
      element.querySelector<HTMLElement>("[data-first-focus]")?.focus();
    }
    return () => element?.close();
  }, []);

  const onBackdrop = (event: MouseEvent): void => {
    if (event.target === dialog.current) onClose();
  };

  return (
    // The backdrop is part of the element; a click on it closes, and Esc does the same by keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/click-events-have-key-events
    <dialog
      ref={dialog}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={onBackdrop}
      className={cx("bg-raised p-0 shadow-raised", shapes[shape])}
    >
      <div className={cx("flex flex-col", shape === "box" ? "max-h-[calc(100dvh-2rem)]" : "h-full")}>
        <header
          className={cx(
            "flex items-start justify-between gap-4 ps-5 pe-3 pt-4",
            shape !== "box" && "border-b border-line pb-3",
            hideTitle && "sr-only",
          )}
        >
          <h2 id={titleId} className="pt-0.5 text-lg font-semibold tracking-tight wrap-anywhere">
            {title}
          </h2>
          <IconButton label={t("dialog.close")} icon={<X aria-hidden />} onClick={onClose} />
        </header>
        <div className={cx("min-h-0 flex-1", !hideTitle && "overflow-y-auto px-5 pt-3 pb-5")}>{children}</div>
      </div>
    </dialog>
  );
}

interface ConfirmProps {
  title: string;
  text: string;
  action: string;
  onConfirm: () => Promise<unknown>;
  onClose: () => void;
}

/** Asks before something is gone for good; a refusal of the server is shown where it was asked. */
export function Confirm({ title, text, action, onConfirm, onClose }: ConfirmProps): ReactNode {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  const confirm = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await onConfirm();
      onClose();
    } catch (refusal) {
      setError(refusal);
      setBusy(false);
    }
  };

  return (
    <Dialog title={title} onClose={onClose}>
      <p className="mb-5 text-ink-soft">{text}</p>
      {error !== null && (
        <div className="mb-4">
          <Problem error={error} />
        </div>
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>{t("dialog.cancel")}</Button>
        <Button look="danger" className="border border-current" busy={busy} onClick={confirm}>
          {action}
        </Button>
      </div>
    </Dialog>
  );
}
