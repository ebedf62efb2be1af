/** Short notices at the edge of the screen, and the one polite voice for screen readers. */
import { create } from "zustand";

export interface Notice {
  id: number;
  text: string;
  tone: "plain" | "danger";
  requestId: string;
  /** A way back, for as long as the notice shows. */
  undo: (() => void) | null;
}

interface Notices {
  notices: readonly Notice[];
  spoken: string;
}

const MOST = 3;
/** Time to notice that it was the wrong one. */
export const UNDO_MS = 8_000;
let lastId = 0;

export const useNotices = create<Notices>(() => ({ notices: [], spoken: "" }));

export function notify({
  text,
  tone = "plain",
  requestId = "",
  undo = null,
}: {
  text: string;
  tone?: Notice["tone"];
  requestId?: string;
  undo?: Notice["undo"];
}): number {
  lastId += 1;
  const notice = { id: lastId, text, tone, requestId, undo };
  useNotices.setState(({ notices }) => ({ notices: [...notices, notice].slice(-MOST) }));
  return lastId;
}

export function dismiss(id: number): void {
  useNotices.setState(({ notices }) => ({ notices: notices.filter((notice) => notice.id !== id) }));
}

/** Said once, politely. A text equal to the last one is still said: the region is emptied first. */
export function announce(text: string): void {
  useNotices.setState({ spoken: "" });
  requestAnimationFrame(() => useNotices.setState({ spoken: text }));
}
