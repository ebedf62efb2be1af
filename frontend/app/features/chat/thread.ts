/** From stored messages and the answer under way to what is on the screen: every message once, in order. */
import type { Citation, ListedMessage } from "@client/types";
import type { ToolStep, TurnState } from "@client/turn";
import type { LiveExchange } from "./live";

export interface Answer {
  readonly text: string;
  readonly citations: readonly Citation[];
  readonly state: TurnState;
  readonly tools: readonly ToolStep[];
}

export interface Exchange {
  /** The same while the exchange goes from sending to stored. */
  readonly key: string;
  readonly questionId: string | null;
  readonly turnId: string | null;
  readonly question: string | null;
  readonly answer: Answer | null;
  readonly live: LiveExchange | null;
}

/** Exchanges that nothing changed keep their identity, so that they are not rendered again. */
export function threadOf(stored: readonly Exchange[], live: LiveExchange | undefined): readonly Exchange[] {
  if (!live) return stored;
  const index = stored.findLastIndex((exchange) => belongsTo(exchange, live));
  const found = stored[index];
  const current: Exchange = {
    key: live.key,
    questionId: live.userMessageId,
    turnId: live.turnId,
    question: found?.question ?? (live.text || null),
    answer: found?.answer ?? liveAnswer(live),
    live,
  };
  return found ? stored.with(index, current) : [...stored, current];
}

function belongsTo({ questionId, turnId, answer }: Exchange, live: LiveExchange): boolean {
  if (live.turnId !== null && turnId === live.turnId) return true;
  if (live.userMessageId !== null) return questionId === live.userMessageId;
  // Taken up after a reload, and its first event is still to come.
  return live.text === "" && answer === null;
}

function liveAnswer(live: LiveExchange): Answer | null {
  if (live.phase === "sending" || live.phase === "unsent") return null;
  const state = live.stopping && live.turn.state === "streaming" ? "cancelled" : live.turn.state;
  return { text: live.turn.text, citations: live.turn.citations, state, tools: live.turn.tools };
}

/** The stored messages as exchanges, along the branch that ends at the newest one. */
export function exchangesOf(messages: readonly ListedMessage[]): readonly Exchange[] {
  const result: Exchange[] = [];
  for (const message of newestPath(messages)) {
    const last = result.at(-1);
    if (message.role === "user") {
      result.push({
        key: message.id,
        questionId: message.id,
        turnId: null,
        question: message.text,
        answer: null,
        live: null,
      });
      continue;
    }
    const { text, citations, state, tool_steps: tools } = message;
    const answer: Answer = { text, citations, state, tools };
    if (last && !last.answer) result[result.length - 1] = { ...last, answer, turnId: message.turn_id };
    else
      result.push({ key: message.id, questionId: null, turnId: message.turn_id, question: null, answer, live: null });
  }
  return result;
}

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
