/** Short notices at the edge of the screen, and the one polite voice for screen readers. */
import { create } from "zustand";

export interface Notice {
  id: number;
  text: string;
  tone: "plain" | "danger";
  requestId: string;
}

interface Notices {
  notices: readonly Notice[];
  spoken: string;
}

const MOST = 3;
let lastId = 0;

export const useNotices = create<Notices>(() => ({ notices: [], spoken: "" }));

export function notify({
  text,
  tone = "plain",
  requestId = "",
}: {
  text: string;
  tone?: Notice["tone"];
  requestId?: string;
}): void {
  lastId += 1;
  const notice = { id: lastId, text, tone, requestId };
  useNotices.setState(({ notices }) => ({ notices: [...notices, notice].slice(-MOST) }));
}

export function dismiss(id: number): void {
  useNotices.setState(({ notices }) => ({ notices: notices.filter((notice) => notice.id !== id) }));
}

/** Said once, politely. A text equal to the last one is still said: the region is emptied first. */
export function announce(text: string): void {
  useNotices.setState({ spoken: "" });
  requestAnimationFrame(() => useNotices.setState({ spoken: text }));
}
