/** The events of a turn as the server sends them, the same in SSE, in its log and in the golden transcripts. */
import type { Citation, Message } from "./types";

interface Head {
  turn_id: string;
  /** Which runner wrote it; a higher one has taken the turn over. */
  epoch: number;
  /** Contiguous per turn from 1, across epochs. */
  seq: number;
  at: string;
}

export interface TurnProblem {
  code: string;
  detail: string;
  hint: string;
}

export interface TurnUsage {
  input_tokens: number;
  output_tokens: number;
  estimated: boolean;
}

export type ToolArguments = Readonly<Record<string, unknown>>;

type Body =
  | { type: "turn.started"; conversation_id: string; user_message_id: string; bot_id: string; model: string }
  | { type: "retrieval.finished"; citations: Citation[]; degraded: string }
  | { type: "reasoning.delta"; text: string }
  | { type: "text.delta"; text: string }
  | { type: "turn.restarted"; reason: string }
  | { type: "tool.approval_requested"; call_id: string; name: string; description: string; arguments: ToolArguments }
  | { type: "tool.started"; call_id: string; name: string; arguments: ToolArguments; changes_things: boolean }
  | { type: "tool.finished"; call_id: string; name: string; ok: boolean; output: string; duration_ms: number }
  | { type: "turn.finished"; message: Message; finish_reason: string; usage: TurnUsage; cost_micros: number }
  | { type: "turn.failed"; problem: TurnProblem; message: Message | null }
  | { type: "turn.cancelled"; message: Message | null };

export type TurnEvent = Head & Body;

const TERMINAL = new Set(["turn.finished", "turn.failed", "turn.cancelled"]);

/** Exactly one event of a turn is terminal, and it is the last. */
export function isTerminal(event: TurnEvent): boolean {
  return TERMINAL.has(event.type);
}
