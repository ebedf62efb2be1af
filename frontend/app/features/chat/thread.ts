/** From stored messages and the answer under way to what is on the screen: every message once, in order. */
import type { Citation, Message } from "@client/types";
import type { TurnState } from "@client/turn";
import type { LiveExchange } from "./live";

export interface Answer {
  readonly text: string;
  readonly citations: readonly Citation[];
  readonly state: TurnState;
}

export interface Exchange {
  /** The same while the exchange goes from sending to stored. */
  readonly key: string;
  readonly question: string | null;
  readonly answer: Answer | null;
  readonly live: LiveExchange | null;
}

export function threadOf(messages: readonly Message[], live: LiveExchange | undefined): Exchange[] {
  const exchanges = pairs(newestPath(messages));
  if (!live) return exchanges.map(withoutIds);
  const index = exchanges.findLastIndex(({ questionId, answer, turnId }) =>
    live.turnId !== null && turnId === live.turnId ? true : live.userMessageId ? questionId === live.userMessageId : live.text === "" && answer === null,
  );
  const found = exchanges[index];
  if (!found) {
    const fresh: Exchange = { key: live.key, question: live.text || null, answer: liveAnswer(live), live };
    return [...exchanges.map(withoutIds), fresh];
  }
  return exchanges.map((exchange, at) =>
    at === index
      ? { key: live.key, question: exchange.question, answer: exchange.answer ?? liveAnswer(live), live }
      : withoutIds(exchange),
  );
}

function liveAnswer(live: LiveExchange): Answer | null {
  if (live.phase === "sending" || live.phase === "unsent") return null;
  const state = live.stopping && live.turn.state === "streaming" ? "cancelled" : live.turn.state;
  return { text: live.turn.text, citations: live.turn.citations, state };
}

/** The branch that ends at the newest message; siblings that were edited or asked again stay aside. */
export function newestPath(messages: readonly Message[]): Message[] {
  const byId = new Map(messages.map((message) => [message.id, message]));
  const path: Message[] = [];
  for (let at = messages.at(-1); at; at = at.parent_id ? byId.get(at.parent_id) : undefined) {
    path.push(at);
    byId.delete(at.id);
  }
  return path.reverse();
}

interface Pair extends Exchange {
  questionId: string | null;
  turnId: string | null;
}

function pairs(messages: readonly Message[]): Pair[] {
  const result: Pair[] = [];
  for (const message of messages) {
    const last = result.at(-1);
    if (message.role === "user") {
      result.push({ key: message.id, questionId: message.id, turnId: null, question: message.text, answer: null, live: null });
      continue;
    }
    const answer: Answer = { text: message.text, citations: message.citations, state: message.state };
    if (last && !last.answer) result[result.length - 1] = { ...last, answer, turnId: message.turn_id };
    else result.push({ key: message.id, questionId: null, turnId: message.turn_id, question: null, answer, live: null });
  }
  return result;
}

const withoutIds = ({ key, question, answer, live }: Pair): Exchange => ({ key, question, answer, live });
