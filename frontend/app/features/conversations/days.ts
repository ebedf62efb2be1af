/** Groups conversations by when they were last spoken in. */
import type { Conversation } from "@client/types";
import type { Key } from "@/i18n/t";

export type Row = { kind: "heading"; key: Key } | { kind: "conversation"; conversation: Conversation };

const DAY_MS = 86_400_000;

const spans: readonly { days: number; key: Key }[] = [
  { days: 0, key: "days.today" },
  { days: 1, key: "days.yesterday" },
  { days: 7, key: "days.week" },
  { days: 30, key: "days.month" },
  { days: Number.POSITIVE_INFINITY, key: "days.older" },
];

/** The pinned ones first, under a heading of their own. */
export function withPinned(pinned: readonly Conversation[], rest: readonly Conversation[], now: Date): Row[] {
  const ids = new Set(pinned.map(({ id }) => id));
  const others = groupByDay(
    rest.filter(({ id }) => !ids.has(id)),
    now,
  );
  if (pinned.length === 0) return others;
  const rows = pinned.map((conversation) => ({ kind: "conversation", conversation }) as const);
  return [{ kind: "heading", key: "conversations.pinned" }, ...rows, ...others];
}

/** `conversations` newest first; a heading stands before the first of each span. */
export function groupByDay(conversations: readonly Conversation[], now: Date): Row[] {
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime();
  const rows: Row[] = [];
  let current: Key | null = null;
  for (const conversation of conversations) {
    const daysAgo = Math.ceil((midnight - Date.parse(conversation.updated_at)) / DAY_MS);
    const key = spans.find((span) => daysAgo <= span.days)?.key ?? "days.older";
    if (key !== current) rows.push({ kind: "heading", key });
    current = key;
    rows.push({ kind: "conversation", conversation });
  }
  return rows;
}
