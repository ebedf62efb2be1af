/** Deletes that can be taken back: gone from the screen at once, from the server when the time to undo is over. */
import { create } from "zustand";
import { notify, UNDO_MS } from "./notices";
import { notifyError } from "./Problem";

interface Pending {
  /** Sent when the time is over, or when the page is left. */
  remove: () => Promise<unknown>;
  timer: number;
}

const pending = new Map<string, Pending>();

export const useHidden = create<{ ids: ReadonlySet<string> }>(() => ({ ids: new Set() }));

const hide = (id: string): void => useHidden.setState(({ ids }) => ({ ids: new Set(ids).add(id) }));
const show = (id: string): void =>
  useHidden.setState(({ ids }) => ({ ids: new Set([...ids].filter((each) => each !== id)) }));

/** `remove` must outlive the page (`keepalive`); where the server refuses, the thing is shown again. */
export function deleteWithUndo(id: string, text: string, remove: () => Promise<unknown>): void {
  hide(id);
  pending.set(id, { remove, timer: window.setTimeout(() => send(id), UNDO_MS) });
  notify({ text, undo: () => takeBack(id) });
}

function takeBack(id: string): void {
  clearTimeout(pending.get(id)?.timer);
  pending.delete(id);
  show(id);
}

function send(id: string): void {
  const entry = pending.get(id);
  if (!entry) return;
  clearTimeout(entry.timer);
  pending.delete(id);
  entry.remove().then(
    () => show(id), // gone from the list meanwhile
    (error: unknown) => {
      show(id);
      notifyError(error);
    },
  );
}

addEventListener("pagehide", () => [...pending.keys()].forEach(send));
