/** Lexing a stream bit by bit gives, at every moment, what lexing the whole text would give. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lex, nothing } from "./lex";

const fragments = [
  "Staff receive 28 days. [1]",
  "**bold** and *soft*",
  "`code`",
  "# Heading",
  "Setext\n===",
  "text\n---",
  "- one\n- two",
  "- one\n\n- two",
  "1. first",
  "2. second",
  "  - nested",
  "    indented",
  "> quote",
  "> quote\ncontinued",
  "```python\nprint(1)\n```",
  "```\nopen fence",
  "~~~",
  "| a | b |\n|---|---|\n| 1 | 2 |",
  "a | b",
  "--|--",
  "---",
  "***",
  "<div>raw</div>",
  "<script>x</script>",
  "<!-- note",
  "-->",
  "[link](https://example.org)",
  "[1]: https://example.org",
  "[a][b]",
  "![img](https://example.org/x.png)",
  "[x](javascript:alert(1))",
  "- [ ] todo",
  "日本語",
  "مرحبا",
  "\t- tab",
  "\\",
  "*",
  "_",
  "1",
  "1.",
  "-",
  "=",
];
const glue = ["\n", "\n\n", " ", "", "\n\n\n", "\n  ", "\n    "];

const markdown = fc
  .array(fc.tuple(fc.constantFrom(...fragments), fc.constantFrom(...glue)), { maxLength: 12 })
  .map((parts) => parts.flat().join(""));

const shape = (text: string) => lex(text).blocks.map(({ start, token }) => ({ start, token: JSON.stringify(token) }));

function expectSameAtEveryPrefix(text: string, step: number): void {
  let streamed = nothing;
  for (let end = 0; end <= text.length; end += step) {
    const prefix = text.slice(0, end);
    streamed = lex(prefix, streamed);
    expect(streamed.blocks.map(({ start, token }) => ({ start, token: JSON.stringify(token) }))).toEqual(shape(prefix));
  }
}

describe("lexing a stream", () => {
  test("equals lexing the whole, for every prefix of generated documents", () => {
    fc.assert(fc.property(markdown, fc.integer({ min: 1, max: 7 }), expectSameAtEveryPrefix), { numRuns: 1_000 });
  });

  test("keeps settled blocks as the same objects, so that they are not rendered again", () => {
    const before = lex("One.\n\nTwo.\n\nThree.\n\nFour.");
    const after = lex("One.\n\nTwo.\n\nThree.\n\nFour. More.", before);
    expect(after.blocks[0]).toBe(before.blocks[0]);
    expect(after.blocks.at(-1)).not.toBe(before.blocks.at(-1));
  });

  test("starts anew when the text was replaced", () => {
    const before = lex("One.\n\nTwo.\n\nThree.\n\nFour.");
    expect(lex("Other.", before)).toEqual(lex("Other."));
  });
});
