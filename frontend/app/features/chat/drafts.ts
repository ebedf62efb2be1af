/** What was typed but not sent, per conversation, kept across reloads. */
import { create } from "zustand";
import { createJSONStorage, persist } from "zustand/middleware";

interface Drafts {
  /** Newest last. */
  drafts: readonly { slot: string; text: string }[];
}

const KEPT = 50;

export const useDrafts = create<Drafts>()(
  persist(() => ({ drafts: [] }) as Drafts, { name: "parley.drafts", storage: createJSONStorage(() => localStorage) }),
);

export function useDraft(slot: string): string {
  return useDrafts(({ drafts }) => drafts.find((draft) => draft.slot === slot)?.text ?? "");
}

export function saveDraft(slot: string, text: string): void {
  useDrafts.setState(({ drafts }) => {
    const others = drafts.filter((draft) => draft.slot !== slot);
    return { drafts: text === "" ? others : [...others, { slot, text }].slice(-KEPT) };
  });
}
