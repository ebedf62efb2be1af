/** What readers see of the tools that an answer called. */
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import type { ToolState, ToolStep } from "@client/turn";
import { ToolSteps } from "./ToolSteps";

const step = (state: ToolState, more: Partial<ToolStep> = {}): ToolStep => ({
  call_id: `1-${state}`,
  name: "open_ticket",
  arguments: { title: "<Lamp>" },
  state,
  description: "",
  output: "",
  ...more,
});

const html = (...steps: ToolStep[]): string =>
  renderToStaticMarkup(<ToolSteps steps={steps} onDecide={async () => {}} />);

test("a call shows its tool, what went in and what came out, as the text it is", () => {
  const shown = html(step("done", { output: "Ticket <7>" }));
  expect(shown).toContain("open_ticket");
  expect(shown).toContain("&lt;Lamp&gt;");
  expect(shown).toContain("Ticket &lt;7&gt;");
});

test.each([
  ["running", "running"],
  ["done", "done"],
  ["failed", "failed"],
  ["stopped", "stopped"],
] as const)("a call that is %s says so to those who do not see the icon", (state, word) => {
  expect(html(step(state))).toContain(`<span class="sr-only">${word}</span>`);
});

test("a call that waits is a named card with two buttons, and no step in the list", () => {
  const shown = html(step("asked", { description: "Opens a ticket." }));
  expect(shown).toContain('<section aria-label="Allow open_ticket?"');
  expect(shown).toContain("Opens a ticket.");
  expect(shown.match(/<button/g)).toHaveLength(2);
  expect(shown).toMatch(/>Allow<\/button>.*>Deny<\/button>/s);
  expect(shown).not.toContain("<ul");
});

test("no tools, nothing shown", () => {
  expect(html()).toBe("");
});

test("arguments cannot be made to read otherwise than they are", () => {
  const shown = html(step("asked", { arguments: { to: "alice\u202Emoc.live" } }));
  expect(shown).toContain("alice\\u202emoc.live");
});
