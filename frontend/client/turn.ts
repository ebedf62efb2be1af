/** The pure reducer from the events of a turn to the message a reader sees; its Python twin runs the same transcripts. */
import type { TurnEvent, TurnProblem } from "./events";
import type { Citation, Message } from "./types";

export type TurnState = "streaming" | "complete" | "cancelled" | "failed";

export interface LiveTurn {
  readonly state: TurnState;
  readonly text: string;
  readonly reasoning: string;
  readonly citations: readonly Citation[];
  /** Plain words about what retrieval had to do without; empty when nothing was missing. */
  readonly degraded: string;
  readonly model: string;
  readonly problem: TurnProblem | null;
  /** As stored, once the turn has ended with one. */
  readonly message: Message | null;
  readonly epoch: number;
  /** The last event taken in: where a reader resumes. */
  readonly seq: number;
}

export const emptyTurn: LiveTurn = {
  state: "streaming",
  text: "",
  reasoning: "",
  citations: [],
  degraded: "",
  model: "",
  problem: null,
  message: null,
  epoch: 0,
  seq: 0,
};

/** An event seen before, of an overtaken runner, or after the end changes nothing. */
export function reduceTurn(turn: LiveTurn, event: TurnEvent): LiveTurn {
  if (event.seq <= turn.seq || event.epoch < turn.epoch || turn.state !== "streaming") return turn;
  const next = { ...turn, seq: event.seq, epoch: event.epoch };
  switch (event.type) {
    case "turn.started":
      return { ...next, model: event.model };
    case "retrieval.finished":
      return { ...next, citations: event.citations, degraded: event.degraded };
    case "reasoning.delta":
      return { ...next, reasoning: turn.reasoning + event.text };
    case "text.delta":
      return { ...next, text: turn.text + event.text };
    case "turn.restarted":
      return { ...next, text: "", reasoning: "", citations: [], degraded: "" };
    case "turn.finished":
      return stored({ ...next, state: "complete" }, event.message);
    case "turn.failed":
      return stored({ ...next, state: "failed", problem: event.problem }, event.message);
    case "turn.cancelled":
      return stored({ ...next, state: "cancelled" }, event.message);
    default:
      // A newer server may send kinds this reader does not know; they only move it forward.
      return next;
  }
}

function stored(turn: LiveTurn, message: Message | null): LiveTurn {
  return message ? { ...turn, message, text: message.text, citations: message.citations } : turn;
}
