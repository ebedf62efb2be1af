/** Puts a popover beside its anchor, on the other side where there is no room, never off the screen. */
interface Wish {
  side: "top" | "bottom";
  /** Which edges meet: the starting ones, the ending ones, or the middles. */
  align: "start" | "end" | "center";
}

const GAP_PX = 6;
const MARGIN_PX = 8;

export function place(popover: HTMLElement, anchor: Element, { side, align }: Wish): void {
  const from = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = popover;
  const below = from.bottom + GAP_PX;
  const above = from.top - GAP_PX - height;
  const fitsBelow = below + height <= innerHeight - MARGIN_PX;
  const fitsAbove = above >= MARGIN_PX;
  const top = (side === "top" && fitsAbove) || !fitsBelow ? above : below;
  const rtl = getComputedStyle(anchor).direction === "rtl";
  const lefts = {
    start: rtl ? from.right - width : from.left,
    end: rtl ? from.left : from.right - width,
    center: from.left + (from.width - width) / 2,
  };
  popover.style.left = `${clamp(lefts[align], innerWidth - width)}px`;
  popover.style.top = `${clamp(top, innerHeight - height)}px`;
}

const clamp = (at: number, most: number): number => Math.max(MARGIN_PX, Math.min(at, most - MARGIN_PX));
