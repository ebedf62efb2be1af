/** The reducer against the golden transcripts it shares with its Python twin. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { TurnEvent } from "./events";
import { emptyTurn, reduceTurn } from "./turn";

interface Transcript {
  about: string;
  events: TurnEvent[];
  message: Record<string, unknown>;
}

const folder = new URL("../../tests/golden/turns/", import.meta.url);
const transcripts = readdirSync(folder)
  .filter((name) => name.endsWith(".json"))
  .map((name) => JSON.parse(readFileSync(new URL(name, folder), "utf8")) as Transcript);

describe("a reader of a turn", () => {
  test.each(transcripts)("$about", ({ events, message }) => {
    const turn = new Map<string, unknown>(Object.entries(events.reduce(reduceTurn, emptyTurn)));
    expect(Object.fromEntries(Object.keys(message).map((name) => [name, turn.get(name)]))).toEqual(message);
  });

  test.each(transcripts)("resumes anywhere and sees the same: $about", ({ events, message }) => {
    for (let cut = 0; cut <= events.length; cut++) {
      const before = events.slice(0, cut).reduce(reduceTurn, emptyTurn);
      const resumed = events.filter((event) => event.seq > before.seq).reduce(reduceTurn, before);
      expect(resumed.text).toBe(message.text);
      expect(resumed.state).toBe(message.state);
    }
  });
});
