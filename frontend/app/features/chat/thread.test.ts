/** What is on the screen, from stored messages and the answer under way. */
import { expect, test } from "vitest";
import type { ListedMessage } from "@client/types";
import { emptyTurn, type LiveTurn } from "@client/turn";
import type { LiveExchange } from "./live";
import { exchangesOf, threadOf } from "./thread";

const message = (
  id: string,
  parent: string | null,
  role: "user" | "assistant",
  turn: string | null = null,
): ListedMessage => ({
  id,
  conversation_id: "c",
  parent_id: parent,
  role,
  text: `text of ${id}`,
  state: "complete",
  citations: [],
  turn_id: turn,
  created_at: "2026-01-15T09:30:00Z",
  sibling_ids: [id],
  position: 1,
  feedback: null,
  tool_steps: [],
});

const live = (change: Partial<LiveExchange>, turn: Partial<LiveTurn> = {}): LiveExchange => ({
  key: "k",
  slot: "",
  workspaceId: "w",
  botId: "b",
  conversationId: "c",
  text: "asked",
  branch: null,
  phase: "running",
  turnId: "t2",
  userMessageId: "u2",
  interrupted: false,
  stopping: false,
  error: null,
  ...change,
  turn: { ...emptyTurn, ...turn },
});

const question = message("u1", null, "user");
const first = [question, message("a1", "u1", "assistant", "t1")];
const seen = (messages: ListedMessage[], running?: LiveExchange) =>
  threadOf(exchangesOf(messages), running).map(({ question, answer }) => [question, answer?.text ?? null]);

test("a question that is being sent stands at the end, without an answer", () => {
  const sending = live({ phase: "sending", turnId: null, userMessageId: null });
  expect(seen(first, sending)).toEqual([
    ["text of u1", "text of a1"],
    ["asked", null],
  ]);
});

test("once the question is stored it is shown once, with the text that streams", () => {
  const messages = [...first, message("u2", "a1", "user")];
  expect(seen(messages, live({}, { text: "so far" })).at(-1)).toEqual(["text of u2", "so far"]);
  expect(seen(messages, live({}))).toHaveLength(2);
});

test("once the answer is stored it takes the place of the streamed text", () => {
  const messages = [...first, message("u2", "a1", "user"), message("a2", "u2", "assistant", "t2")];
  expect(seen(messages, live({ phase: "ended" }, { text: "streamed" })).at(-1)).toEqual(["text of u2", "text of a2"]);
});

test("an answer taken up after a reload belongs to the question that has none", () => {
  const messages = [...first, message("u2", "a1", "user")];
  expect(seen(messages, live({ text: "", userMessageId: null }, { text: "so far" })).at(-1)).toEqual([
    "text of u2",
    "so far",
  ]);
});

test("an exchange keeps its key from sending to stored", () => {
  const messages = [...first, message("u2", "a1", "user"), message("a2", "u2", "assistant", "t2")];
  const keys = [
    threadOf(exchangesOf(first), live({ phase: "sending", turnId: null, userMessageId: null })),
    threadOf(exchangesOf(messages.slice(0, 3)), live({})),
    threadOf(exchangesOf(messages), live({ phase: "ended" })),
  ].map((thread) => thread.at(-1)?.key);
  expect(keys).toEqual(["k", "k", "k"]);
});

test("exchanges that nothing changed keep their identity", () => {
  const stored = exchangesOf([...first, message("u2", "a1", "user")]);
  expect(threadOf(stored, live({}))[0]).toBe(stored[0]);
});

test("stopping shows at once, before the server has confirmed", () => {
  const [exchange] = threadOf([], live({ stopping: true }, { text: "so far" }));
  expect(exchange?.answer).toMatchObject({ text: "so far", state: "cancelled" });
});

test("of siblings only the branch that ends at the newest message is shown", () => {
  const messages = [...first, message("u1b", null, "user"), message("a1b", "u1b", "assistant", "t3")];
  expect(seen(messages)).toEqual([["text of u1b", "text of a1b"]]);
});

test("the tools that a stored answer called are there after a reload", () => {
  const steps: ListedMessage["tool_steps"] = [
    { call_id: "1-1", name: "calculator", description: "Adds.", arguments: { a: 1 }, state: "done", output: "2" },
  ];
  const answer = { ...message("a1", "u1", "assistant", "t1"), tool_steps: steps };
  expect(exchangesOf([message("u1", null, "user"), answer])[0]?.answer?.tools).toEqual(steps);
});

test("an edited question takes the place of the old one and of what followed it", () => {
  const messages = [...first, message("u2", "a1", "user"), message("a2", "u2", "assistant", "t2")];
  const branch = { kind: "edit", questionId: "u1", parentId: null } as const;
  const edited = live({ branch, turnId: "t3", userMessageId: "u3" }, { text: "so far" });
  expect(seen(messages, edited)).toEqual([["asked", "so far"]]);
});

test("another answer streams in the place of the old one", () => {
  const branch = { kind: "again", questionId: "u1" } as const;
  const again = live({ branch, turnId: "t3", userMessageId: "u1" }, { text: "anew" });
  expect(seen(first, again)).toEqual([["text of u1", "anew"]]);
  const stored = [question, message("a3", "u1", "assistant", "t3")];
  expect(seen(stored, again)).toEqual([["text of u1", "text of a3"]]);
});

test("another answer that was taken up after a reload stands in the place of the old one", () => {
  const resumed = live({ text: "", turnId: "t3", userMessageId: "u1" }, { text: "anew" });
  expect(seen(first, resumed)).toEqual([["text of u1", "anew"]]);
});

test("siblings and one's own rating come from what is stored", () => {
  const feedback = { rating: "up", reason: null, comment: "", updated_at: "2026-01-15T09:31:00Z" } as const;
  const answer = { ...message("a1", "u1", "assistant", "t1"), sibling_ids: ["a0", "a1"], position: 2, feedback };
  expect(exchangesOf([question, answer])[0]?.answer).toMatchObject({
    siblings: { ids: ["a0", "a1"], position: 2 },
    feedback,
  });
});
