/** From stored messages and the answer under way to what is on the screen: every message once, in order. */
import type { Citation, Feedback, ListedMessage } from "@client/types";
import type { ToolStep, TurnState } from "@client/turn";
import type { LiveExchange } from "./live";

/** Messages that follow the same one: edits of a question, or answers to it. */
export interface Siblings {
  /** Oldest first. */
  readonly ids: readonly string[];
  /** Of the one that is shown, from 1. */
  readonly position: number;
}

export interface Answer {
  /** Null until it is stored. */
  readonly id: string | null;
  readonly text: string;
  readonly citations: readonly Citation[];
  readonly state: TurnState;
  readonly tools: readonly ToolStep[];
  readonly siblings: Siblings;
  readonly feedback: Feedback | null;
}

export interface Exchange {
  /** The same while the exchange goes from sending to stored. */
  readonly key: string;
  readonly questionId: string | null;
  /** The message that the question follows; null for the first one. */
  readonly parentId: string | null;
  readonly turnId: string | null;
  readonly question: string | null;
  readonly questionSiblings: Siblings;
  readonly answer: Answer | null;
  readonly live: LiveExchange | null;
}

const alone: Siblings = { ids: [], position: 1 };

/** Exchanges that nothing changed keep their identity, so that they are not rendered again. */
export function threadOf(stored: readonly Exchange[], live: LiveExchange | undefined): readonly Exchange[] {
  if (!live) return stored;
  const index = placeOf(stored, live);
  const found = stored[index];
  if (!found) return [...beforeEdit(stored, live), { ...blankExchange(live.key), ...asked(live) }];
  const shown = { ...found, ...asked(live), question: found.question ?? (live.text || null) };
  if (isAnswerOf(found, live) && found.answer) return stored.with(index, { ...shown, answer: found.answer });
  // Another answer to the same question begins a branch: what followed the old answer is not on it.
  return [...stored.slice(0, index), { ...shown, questionId: live.userMessageId ?? found.questionId }];
}

/** What an exchange that is under way says of itself. */
function asked(live: LiveExchange): Omit<Exchange, "parentId" | "questionSiblings"> {
  const { key, turnId, userMessageId: questionId } = live;
  return { key, turnId, questionId, question: live.text || null, answer: liveAnswer(live), live };
}

function isAnswerOf(exchange: Exchange, live: LiveExchange): boolean {
  return live.turnId !== null && exchange.turnId === live.turnId;
}

function placeOf(stored: readonly Exchange[], live: LiveExchange): number {
  const stands = stored.findLastIndex((exchange) => isAnswerOf(exchange, live));
  if (stands >= 0) return stands;
  const asked = live.branch?.kind === "again" ? live.branch.questionId : live.userMessageId;
  if (asked !== null) return stored.findLastIndex(({ questionId }) => questionId === asked);
  // Taken up after a reload, and its first event is still to come.
  return live.text === "" ? stored.findLastIndex(({ answer }) => answer === null) : -1;
}

/** An edited question begins a branch: the old one and what followed it are not on it. */
function beforeEdit(stored: readonly Exchange[], { branch }: LiveExchange): readonly Exchange[] {
  if (branch?.kind !== "edit") return stored;
  const edited = stored.findIndex(({ questionId }) => questionId === branch.questionId);
  return edited < 0 ? stored : stored.slice(0, edited);
}

function liveAnswer(live: LiveExchange): Answer | null {
  if (live.phase === "sending" || live.phase === "unsent") return null;
  const state = live.stopping && live.turn.state === "streaming" ? "cancelled" : live.turn.state;
  const { text, citations, tools, message } = live.turn;
  return { id: message?.id ?? null, text, citations, state, tools, siblings: alone, feedback: null };
}

/** The stored messages as exchanges, along the branch that ends at the newest one. */
export function exchangesOf(messages: readonly ListedMessage[]): readonly Exchange[] {
  const result: Exchange[] = [];
  for (const message of newestPath(messages)) {
    const last = result.at(-1);
    if (message.role === "user") {
      result.push({ ...blankExchange(message.id), ...questionOf(message) });
      continue;
    }
    const answered = { answer: answerOf(message), turnId: message.turn_id };
    if (last && !last.answer) result[result.length - 1] = { ...last, ...answered };
    else result.push({ ...blankExchange(message.id), ...answered });
  }
  return result;
}

function blankExchange(key: string): Exchange {
  return {
    key,
    questionId: null,
    parentId: null,
    turnId: null,
    question: null,
    questionSiblings: alone,
    answer: null,
    live: null,
  };
}

function questionOf(message: ListedMessage): Partial<Exchange> {
  return {
    questionId: message.id,
    parentId: message.parent_id,
    question: message.text,
    questionSiblings: siblingsOf(message),
  };
}

function answerOf(message: ListedMessage): Answer {
  const { id, text, citations, state, tool_steps: tools, feedback } = message;
  return { id, text, citations, state, tools, siblings: siblingsOf(message), feedback };
}

const siblingsOf = ({ sibling_ids: ids, position }: ListedMessage): Siblings => ({ ids, position });

/** Siblings that were edited or asked again stay aside. */
function newestPath(messages: readonly ListedMessage[]): ListedMessage[] {
  const byId = new Map(messages.map((message) => [message.id, message]));
  const path: ListedMessage[] = [];
  for (let at = messages.at(-1); at; at = at.parent_id ? byId.get(at.parent_id) : undefined) {
    path.push(at);
    byId.delete(at.id);
  }
  return path.reverse();
}
