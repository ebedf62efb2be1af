/** A card that shows while its trigger is hovered or has the keyboard's focus; Esc puts it away. */
import { useEffect, useId, useRef, useState, type ReactNode, type RefObject } from "react";
import { flushSync } from "react-dom";
import { place } from "./place";

export interface HoverTrigger {
  ref: RefObject<HTMLButtonElement | null>;
  "aria-describedby": string | undefined;
  onPointerEnter: (event: { pointerType: string }) => void;
  onPointerLeave: () => void;
  onFocus: () => void;
  onBlur: () => void;
}

interface Props {
  trigger: (props: HoverTrigger) => ReactNode;
  /** Phrasing content only: the card may stand inside a paragraph. */
  children: ReactNode;
}

const SHOW_MS = 120;
/** Time enough to move the pointer from the trigger onto the card. */
const HIDE_MS = 160;

export function HoverCard({ trigger, children }: Props): ReactNode {
  const id = useId();
  const anchor = useRef<HTMLButtonElement>(null);
  const card = useRef<HTMLSpanElement>(null);
  const timer = useRef(0);
  const [open, setOpen] = useState(false);

  useEffect(() => () => clearTimeout(timer.current), []);

  const show = (): void => {
    // What the card holds is in the page only while it shows, and must be there to be measured.
    flushSync(() => setOpen(true));
    if (!card.current || !anchor.current) return;
    card.current.showPopover();
    place(card.current, anchor.current, { side: "bottom", align: "center" });
  };
  const hide = (): void => {
    card.current?.hidePopover();
    setOpen(false);
  };
  const later = (what: () => void, ms: number): void => {
    clearTimeout(timer.current);
    timer.current = window.setTimeout(what, ms);
  };

  useEffect(() => {
    if (!open) return;
    const onKeyDown = (event: globalThis.KeyboardEvent): void => {
      if (event.key !== "Escape") return;
      // The card only: the answer that streams beneath it goes on.
      event.preventDefault();
      card.current?.hidePopover();
      setOpen(false);
    };
    addEventListener("keydown", onKeyDown, { capture: true });
    return () => removeEventListener("keydown", onKeyDown, { capture: true });
  }, [open]);

  return (
    <>
      {trigger({
        ref: anchor,
        "aria-describedby": open ? id : undefined,
        onPointerEnter: ({ pointerType }) => pointerType === "mouse" && later(show, SHOW_MS),
        onPointerLeave: () => later(hide, HIDE_MS),
        onFocus: () => anchor.current?.matches(":focus-visible") && later(show, 0),
        onBlur: () => later(hide, 0),
      })}
      <span
        ref={card}
        id={id}
        popover="manual"
        role="tooltip"
        onPointerEnter={() => clearTimeout(timer.current)}
        onPointerLeave={() => later(hide, HIDE_MS)}
        className="fixed inset-auto w-[min(24rem,calc(100vw-1.5rem))] rounded-lg border border-line bg-raised p-4 text-start text-ink shadow-raised open:block"
      >
        {open && children}
      </span>
    </>
  );
}
