/** Marking in a passage what an answer quoted from it. */
import { expect, test } from "vitest";
import { findQuotes, quotesFor } from "./quotes";

const passage =
  "The lighthouse\nThe keeper lights the lamp at dusk. The lamp is seen\nfrom nineteen miles. In fog the bell rings.";

const marked = (answer: string, number = 1): string[] =>
  findQuotes(passage, quotesFor(answer, number)).map(({ start, end }) => passage.slice(start, end));

test("a sentence taken word for word is found across the passage's line breaks", () => {
  expect(marked("The lamp is seen from nineteen miles. [1]")).toEqual(["The lamp is seen\nfrom nineteen miles."]);
});

test("only the sentences before the marker of this source count", () => {
  expect(marked("In fog the bell rings. [2] The keeper lights the lamp at dusk. [1]")).toEqual([
    "The keeper lights the lamp at dusk.",
  ]);
});

test("several markers and several numbers in one belong to the same sentence", () => {
  expect(marked("In fog the bell rings. [3][2, 1]")).toEqual(["In fog the bell rings."]);
});

test("what the answer put in its own words is found nowhere", () => {
  expect(marked("You can see it from nineteen miles away. [1]")).toEqual([]);
});

test("a sentence quoted twice is marked once", () => {
  expect(marked("In fog the bell rings. [1]\n\nIn fog the bell rings. [1]")).toEqual(["In fog the bell rings."]);
});

test("sentences that follow each other are one quotation", () => {
  expect(marked("The keeper lights the lamp at dusk. The lamp is seen from nineteen miles. [1]")).toEqual([
    "The keeper lights the lamp at dusk. The lamp is seen\nfrom nineteen miles.",
  ]);
});
