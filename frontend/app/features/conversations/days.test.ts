/** Grouping conversations by day. */
import { expect, test } from "vitest";
import type { Conversation } from "@client/types";
import { groupByDay } from "./days";

const now = new Date(2026, 0, 15, 14, 0);

const at = (date: Date): Conversation => ({
  id: date.toISOString(),
  bot_id: null,
  title: "",
  created_at: date.toISOString(),
  updated_at: date.toISOString(),
  running_turn_id: null,
  pinned: false,
  active_message_id: null,
});

const headings = (...dates: Date[]) =>
  groupByDay(dates.map(at), now).flatMap((row) => (row.kind === "heading" ? [row.key] : []));

test("the day changes at the reader's midnight", () => {
  expect(headings(new Date(2026, 0, 15, 0, 0), new Date(2026, 0, 14, 23, 59))).toEqual([
    "days.today",
    "days.yesterday",
  ]);
});

test("a clock a little ahead of this one still means today", () => {
  expect(headings(new Date(2026, 0, 15, 14, 5))).toEqual(["days.today"]);
});

test("each span has one heading however many conversations it holds", () => {
  expect(
    headings(
      new Date(2026, 0, 10),
      new Date(2026, 0, 9),
      new Date(2026, 0, 2),
      new Date(2025, 5, 1),
      new Date(2024, 5, 1),
    ),
  ).toEqual(["days.week", "days.month", "days.older"]);
});
