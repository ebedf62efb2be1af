/** What an edited bot sends to the server. */
import { expect, test } from "vitest";
import type { BotConfiguration } from "@client/types";
import { changes } from "./changes";

const configuration = { temperature: 0.2, collections: ["a"], greeting: "" } as unknown as BotConfiguration;
const draft = { name: "Guide", description: "", configuration };

test("an untouched bot sends nothing", () => {
  expect(changes(draft, { ...draft, configuration: { ...configuration, collections: ["a"] } })).toEqual({});
});

test("only the keys that differ are sent", () => {
  const after = { ...draft, name: "Guide 2", configuration: { ...configuration, temperature: 1 } };
  expect(changes(draft, after)).toEqual({ name: "Guide 2", configuration: { temperature: 1 } });
});
