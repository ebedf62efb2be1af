/** One conversation as the chat shows it: its thread, what runs in it, and what a reader can do. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef } from "react";
import { unwrap } from "@client/api";
import type { ListedMessage } from "@client/types";
import { announce } from "@/components/notices";
import { api } from "@/data/client";
import { conversationKeys, useConversation } from "@/data/conversations";
import { t } from "@/i18n/t";
import { ask, discard, findLive, leaveSlot, resume, retry, stop, useLive, type LiveExchange } from "./live";
import { saveDraft } from "./drafts";
import { exchangesOf, threadOf, type Exchange } from "./thread";
import { useBranches, type Branches } from "./useBranches";

export interface Place {
  workspaceId: string;
  botId: string;
  /** Null on the blank page of a bot. */
  conversationId: string | null;
  /** Names the blank page; several can be open beside each other. */
  blankSlot: string;
  /** The blank page became this conversation. */
  onStarted: (conversationId: string) => void;
}

export interface Chat {
  slot: string;
  exchanges: readonly Exchange[];
  /** The last question asked here, whatever became of it. */
  live: LiveExchange | undefined;
  running: boolean;
  loading: boolean;
  error: unknown;
  reload: () => void;
  send: (text: string) => void;
  stop: () => void;
  retry: () => void;
  /** Takes an unsent question back into the composer. */
  takeBack: () => void;
  branches: Branches;
}

export function useChat({ workspaceId, botId, conversationId, blankSlot, onStarted }: Place): Chat {
  const slot = conversationId ?? blankSlot;
  const live = useLive(({ exchanges }) => findLive(exchanges, conversationId, blankSlot));
  const messages = useMessages(conversationId);
  const runningTurn = useConversation(conversationId ?? "").data?.running_turn_id ?? null;
  const stored = useMemo(() => exchangesOf(messages.data ?? []), [messages.data]);
  const exchanges = useMemo(() => threadOf(stored, live), [stored, live]);

  useEffect(() => {
    if (conversationId && runningTurn) resume(conversationId, runningTurn, workspaceId);
  }, [conversationId, runningTurn, workspaceId]);

  useStarted(live, conversationId, onStarted);

  useAnnouncedEnd(live);

  return {
    slot,
    exchanges,
    live,
    running: isRunning(live),
    loading: conversationId !== null && messages.isPending && !live,
    error: messages.error,
    reload: () => void messages.refetch(),
    send: (text) => ask({ slot, workspaceId, botId, conversationId, text, branch: null }),
    stop: () => live && stop(live.key),
    retry: () => live && retry(live.key),
    takeBack: () => {
      if (live?.phase !== "unsent") return;
      saveDraft(slot, live.text);
      discard(live.key);
    },
    branches: useBranches({ slot, workspaceId, botId, conversationId }, exchanges, live),
  };
}

/** Tells, once, that the blank page became a conversation, and leaves the blank page blank for the next time. */
function useStarted(
  live: LiveExchange | undefined,
  conversationId: string | null,
  onStarted: Place["onStarted"],
): void {
  const awaited = useRef<string | null>(null);
  const told = useRef<string | null>(null);
  useEffect(() => {
    if (!live?.slot) return;
    if (!live.conversationId) {
      awaited.current = live.key;
    } else if (conversationId !== null || awaited.current !== live.key) {
      // The address names it already, or it began in an earlier visit of this page.
      leaveSlot(live.key);
    } else if (told.current !== live.key) {
      told.current = live.key;
      onStarted(live.conversationId);
    }
  }, [live, conversationId, onStarted]);
}

function isRunning(live: LiveExchange | undefined): boolean {
  return live?.phase === "sending" || (live?.phase === "running" && !live.stopping);
}

const PAGE = 200;

function useMessages(conversationId: string | null) {
  return useQuery({
    queryKey: conversationKeys.messages(conversationId ?? ""),
    enabled: conversationId !== null,
    queryFn: async () => {
      const path = { conversation_id: conversationId ?? "" };
      const all: ListedMessage[] = [];
      let cursor = "";
      do {
        const params = { path, query: { limit: PAGE, leaf: "active", ...(cursor && { cursor }) } };
        const page = await unwrap(api.http.GET("/api/v1/conversations/{conversation_id}/messages", { params }));
        all.push(...page.items);
        cursor = page.next_cursor ?? "";
      } while (cursor);
      return all;
    },
  });
}

const SPOKEN_MOST = 600;

/** The streamed text is no live region; its end is said once, to those who were there when it ran. */
function useAnnouncedEnd(live: LiveExchange | undefined): void {
  const before = useRef(live?.phase);
  useEffect(() => {
    if (before.current === "running" && live?.phase === "ended") {
      const words = live.turn.problem?.detail ?? live.turn.text;
      announce(t("chat.answered", { text: words.slice(0, SPOKEN_MOST) }));
    }
    before.current = live?.phase;
  }, [live]);
}
