/** The answers under way on this page: they outlive the screen that asked, and end only with their turn. */
import { create } from "zustand";
import { unwrap } from "@client/api";
import { isTerminal, type TurnEvent } from "@client/events";
import { followTurn } from "@client/follow";
import { unreachable } from "@client/problem";
import { emptyTurn, reduceTurn, type LiveTurn } from "@client/turn";
import type { AcceptedTurn, Conversation } from "@client/types";
import { notifyError } from "@/components/Problem";
import { api, queries, session } from "@/data/client";
import { conversationKeys } from "@/data/conversations";

/** A question put anew, or another answer to it: both begin a branch beside what is there. */
export type Branch =
  | { readonly kind: "edit"; readonly questionId: string; readonly parentId: string | null }
  | { readonly kind: "again"; readonly questionId: string };

export interface LiveExchange {
  /** Also the idempotency key: asking again with it can never ask twice. */
  readonly key: string;
  /** Where the question was typed: a conversation, or the blank page of a bot. Emptied once the address names the conversation. */
  readonly slot: string;
  readonly workspaceId: string;
  readonly botId: string;
  readonly conversationId: string | null;
  /** The question; empty when the answer was taken up again after a reload. */
  readonly text: string;
  /** Null where it goes on from the last answer. */
  readonly branch: Branch | null;
  readonly phase: "sending" | "unsent" | "running" | "ended";
  readonly turnId: string | null;
  readonly userMessageId: string | null;
  readonly turn: LiveTurn;
  readonly interrupted: boolean;
  /** The reader pressed stop: what is shown freezes until the server confirms. */
  readonly stopping: boolean;
  readonly error: unknown;
}

interface Live {
  exchanges: readonly LiveExchange[];
}

export const useLive = create<Live>(() => ({ exchanges: [] }));

/** Ended exchanges are kept for what the stored message does not hold; only so many. */
const KEPT = 30;

export function findLive(
  exchanges: readonly LiveExchange[],
  conversationId: string | null,
  slot: string,
): LiveExchange | undefined {
  return exchanges.findLast((each) => (conversationId ? each.conversationId === conversationId : each.slot === slot));
}

const get = (key: string): LiveExchange | undefined => useLive.getState().exchanges.find((each) => each.key === key);

function patch(key: string, change: Partial<LiveExchange>): void {
  useLive.setState(({ exchanges }) => ({
    exchanges: exchanges.map((each) => (each.key === key ? { ...each, ...change } : each)),
  }));
}

function add(exchange: LiveExchange): void {
  useLive.setState(({ exchanges }) => {
    const others = exchanges.filter((each) => each.key !== exchange.key);
    return { exchanges: [...others, exchange].slice(-KEPT) };
  });
}

export function discard(key: string): void {
  useLive.setState(({ exchanges }) => ({ exchanges: exchanges.filter((each) => each.key !== key) }));
}

const blank = { turnId: null, userMessageId: null, turn: emptyTurn, interrupted: false, stopping: false, error: null };

export interface Question {
  slot: string;
  workspaceId: string;
  botId: string;
  conversationId: string | null;
  text: string;
  branch: Branch | null;
}

/** Shows the question at once, and sends it. */
export function ask(question: Question): void {
  const exchange: LiveExchange = { ...blank, ...question, key: crypto.randomUUID(), phase: "sending" };
  add(exchange);
  void deliver(exchange);
}

export function retry(key: string): void {
  const exchange = get(key);
  if (exchange?.phase !== "unsent") return;
  patch(key, { phase: "sending", error: null });
  void deliver(exchange);
}

/** Its replies are `AcceptedTurn`, as the header asks; the request goes on when the page is left right after. */
function request({ key, botId, conversationId, text, branch }: LiveExchange) {
  const options = { headers: { "Idempotency-Key": key, Prefer: "respond-async" }, keepalive: true };
  if (branch?.kind === "again") {
    const params = { path: { message_id: branch.questionId } };
    return api.http.POST("/api/v1/messages/{message_id}/regenerate", { ...options, params });
  }
  const parent = branch ? { parent_message_id: branch.parentId } : {};
  const body = { bot_id: botId, message: text, conversation_id: conversationId, ...parent };
  return api.http.POST("/api/v1/chat", { ...options, body });
}

async function deliver(exchange: LiveExchange): Promise<void> {
  const { key, workspaceId, botId, conversationId, text } = exchange;
  try {
    const accepted = (await unwrap(request(exchange))) as AcceptedTurn;
    const turnId = accepted.turn_id;
    if (!conversationId) introduce(accepted.conversation_id, { botId, text, turnId });
    patch(key, {
      phase: "running",
      turnId,
      conversationId: accepted.conversation_id,
      userMessageId: accepted.user_message_id,
    });
    void queries.invalidateQueries({ queryKey: conversationKeys.list(workspaceId) });
    if (get(key)?.stopping) void cancel(key);
    await follow(key, turnId);
  } catch (error) {
    patch(key, { phase: "unsent", error });
  }
}

/** What is known of a new conversation already, so that its address opens without waiting to be told. */
function introduce(id: string, { botId, text, turnId }: { botId: string; text: string; turnId: string }): void {
  const now = new Date().toISOString();
  const conversation: Conversation = {
    id,
    bot_id: botId,
    title: text,
    created_at: now,
    updated_at: now,
    running_turn_id: turnId,
    active_message_id: null,
    pinned: false,
  };
  queries.setQueryData(conversationKeys.one(id), conversation);
  queries.setQueryData(conversationKeys.messages(id), []);
}

/** Takes up a turn that was running before this page was loaded. */
export function resume(conversationId: string, turnId: string, workspaceId: string): void {
  if (useLive.getState().exchanges.some((each) => each.turnId === turnId)) return;
  const place = { slot: "", workspaceId, botId: "", conversationId };
  add({ ...blank, ...place, key: turnId, text: "", branch: null, phase: "running", turnId });
  void follow(turnId, turnId);
}

/** The address names the conversation now: the blank page is blank again. */
export function leaveSlot(key: string): void {
  patch(key, { slot: "" });
}

async function follow(key: string, turnId: string): Promise<void> {
  const url = `${api.baseUrl}/api/v1/turns/${turnId}/events`;
  const show = createPainter(key);
  try {
    const onInterrupted = (interrupted: boolean): void => patch(key, { interrupted });
    // Never aborted: leaving the screen must not lose what comes while it is away.
    const { signal } = new AbortController();
    for await (const events of followTurn({ url, fetch: api.fetch, signal, onInterrupted })) show(events);
  } catch (error) {
    patch(key, { error });
  }
  patch(key, { phase: "ended", interrupted: false, stopping: false });
  refreshConversation(key);
}

/** Puts events on the screen once per frame at most; the end of a turn waits for no frame. */
function createPainter(key: string): (events: TurnEvent[]) => void {
  let waiting: TurnEvent[] = [];
  let frame = 0;

  const paint = (): void => {
    frame = 0;
    const exchange = get(key);
    const ended = waiting.some(isTerminal);
    if (!exchange || (exchange.stopping && !ended)) return;
    const turn = waiting.reduce(reduceTurn, exchange.turn);
    const started = waiting.find((event) => event.type === "turn.started");
    waiting = [];
    patch(key, { turn, userMessageId: started?.user_message_id ?? exchange.userMessageId });
  };

  return (events) => {
    waiting.push(...events);
    if (events.some(isTerminal)) {
      // A frame still to come would paint the running answer over the finished one.
      cancelAnimationFrame(frame);
      paint();
    } else if (frame === 0) {
      frame = requestAnimationFrame(paint);
    }
  };
}

/** What is shown stops now; the server keeps what it has written and confirms with the last event. */
export function stop(key: string): void {
  const exchange = get(key);
  if (!exchange || exchange.stopping || exchange.phase === "ended" || exchange.phase === "unsent") return;
  patch(key, { stopping: true });
  if (exchange.turnId) void cancel(key);
}

/** Allows or denies the call of a tool that the answer waits with; what follows comes as events. */
export async function decide(turnId: string, callId: string, approved: boolean): Promise<void> {
  const params = { path: { turn_id: turnId } };
  const body = { call_id: callId, approved };
  await unwrap(api.http.POST("/api/v1/turns/{turn_id}/approvals", { params, body }));
}

async function cancel(key: string): Promise<void> {
  const turnId = get(key)?.turnId;
  if (!turnId) return;
  try {
    await unwrap(api.http.POST("/api/v1/turns/{turn_id}/cancel", { params: { path: { turn_id: turnId } } }));
  } catch (error) {
    patch(key, { stopping: false });
    notifyError(error);
  }
}

function refreshConversation(key: string): void {
  const exchange = get(key);
  if (!exchange?.conversationId) return;
  void queries.invalidateQueries({ queryKey: conversationKeys.messages(exchange.conversationId) });
  void queries.invalidateQueries({ queryKey: conversationKeys.one(exchange.conversationId) });
  void queries.invalidateQueries({ queryKey: conversationKeys.list(exchange.workspaceId) });
}

const OUTBOX = "parley.outbox";

interface Outgoing extends Question {
  key: string;
  phase: "sending" | "unsent";
  userId: string;
}

/** A page that is left with questions not known to be stored writes them down. */
function writeOutbox(): void {
  const userId = session.current()?.user.id;
  const outgoing = useLive
    .getState()
    .exchanges.filter(({ phase }) => phase === "sending" || phase === "unsent")
    .map(({ key, phase, slot, workspaceId, botId, conversationId, text, branch }) => {
      return { key, phase, slot, workspaceId, botId, conversationId, text, branch, userId };
    });
  // Several tabs may be left at once.
  if (userId && outgoing.length > 0) localStorage.setItem(OUTBOX, JSON.stringify([...storedOutbox(), ...outgoing]));
}

const storedOutbox = (): Outgoing[] => JSON.parse(localStorage.getItem(OUTBOX) ?? "[]") as Outgoing[];

/** Sends again what was on its way; its key keeps the server from asking twice. */
function readOutbox(): void {
  const outgoing = storedOutbox();
  localStorage.removeItem(OUTBOX);
  const userId = session.current()?.user.id;
  for (const { userId: writer, ...question } of outgoing) {
    if (writer !== userId) continue;
    const exchange: LiveExchange = { ...blank, ...question, error: question.phase === "unsent" ? unreachable() : null };
    add(exchange);
    if (exchange.phase === "sending") void deliver(exchange);
  }
}

addEventListener("pagehide", writeOutbox);
readOutbox();
