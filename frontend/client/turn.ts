/** The pure reducer from the events of a turn to the message a reader sees; its Python twin runs the same transcripts. */
import type { ToolArguments, TurnEvent, TurnProblem } from "./events";
import type { Citation, Message } from "./types";

export type TurnState = "streaming" | "complete" | "cancelled" | "failed";

/** `asked`: the user is to allow or deny the call; `stopped`: the turn ended before the call did. */
export type ToolState = "asked" | "running" | "done" | "failed" | "stopped";

export interface ToolStep {
  readonly call_id: string;
  readonly name: string;
  readonly arguments: ToolArguments;
  readonly state: ToolState;
  /** Of the tool, where the user is asked. */
  readonly description: string;
  readonly output: string;
}

export interface LiveTurn {
  readonly state: TurnState;
  readonly text: string;
  readonly reasoning: string;
  readonly citations: readonly Citation[];
  /** Plain words about what retrieval had to do without; empty when nothing was missing. */
  readonly degraded: string;
  readonly model: string;
  /** In the order in which they were first heard of. */
  readonly tools: readonly ToolStep[];
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
  tools: [],
  problem: null,
  message: null,
  epoch: 0,
  seq: 0,
};

type Step<Type extends TurnEvent["type"]> = (turn: LiveTurn, event: Extract<TurnEvent, { type: Type }>) => LiveTurn;

const steps: { readonly [Type in TurnEvent["type"]]: Step<Type> } = {
  "turn.started": (turn, { model }) => ({ ...turn, model }),
  "retrieval.finished": (turn, { citations, degraded }) => ({ ...turn, citations, degraded }),
  "reasoning.delta": (turn, { text }) => ({ ...turn, reasoning: turn.reasoning + text }),
  "text.delta": (turn, { text }) => ({ ...turn, text: turn.text + text }),
  "turn.restarted": (turn) => ({ ...turn, text: "", reasoning: "", citations: [], degraded: "", tools: [] }),
  "tool.approval_requested": (turn, event) => withStep(turn, event.call_id, { ...step(event), state: "asked" }),
  "tool.started": (turn, event) => withStep(turn, event.call_id, { ...step(event), state: "running" }),
  "tool.finished": (turn, { call_id, name, ok, output }) =>
    withStep(turn, call_id, { name, output, state: ok ? "done" : "failed" }),
  "turn.finished": (turn, { message }) => stored({ ...turn, state: "complete" }, message),
  "turn.failed": (turn, { message, problem }) => stored({ ...turn, state: "failed", problem }, message),
  "turn.cancelled": (turn, { message }) => stored({ ...turn, state: "cancelled" }, message),
};

/** An event seen before, of an overtaken runner, or after the end changes nothing. */
export function reduceTurn(turn: LiveTurn, event: TurnEvent): LiveTurn {
  if (turn.state !== "streaming" || !isNews(turn, event)) return turn;
  // A newer server may send kinds this reader does not know; they only move it forward.
  const step = (steps[event.type] ?? ((same) => same)) as Step<typeof event.type>;
  return step({ ...turn, seq: event.seq, epoch: event.epoch }, event as never);
}

/** A new runner counts on from what was stored, which may be less than what a reader had seen live. */
function isNews(turn: LiveTurn, event: TurnEvent): boolean {
  return event.epoch > turn.epoch || (event.epoch === turn.epoch && event.seq > turn.seq);
}

function stored(turn: LiveTurn, message: Message | null): LiveTurn {
  const tools = turn.tools.map((each) =>
    each.state === "asked" || each.state === "running" ? { ...each, state: "stopped" as const } : each,
  );
  const ended = { ...turn, tools };
  return message ? { ...ended, message, text: message.text, citations: message.citations } : ended;
}

function step(event: { name: string; arguments: ToolArguments; description?: string }): Partial<ToolStep> {
  const { name, description } = event;
  return { name, arguments: event.arguments, ...(description === undefined ? {} : { description }) };
}

function withStep(turn: LiveTurn, callId: string, change: Partial<ToolStep>): LiveTurn {
  const known = turn.tools.find((each) => each.call_id === callId);
  if (known) return { ...turn, tools: turn.tools.map((each) => (each === known ? { ...each, ...change } : each)) };
  const blank: ToolStep = { call_id: callId, name: "", arguments: {}, state: "asked", description: "", output: "" };
  return { ...turn, tools: [...turn.tools, { ...blank, ...change }] };
}
