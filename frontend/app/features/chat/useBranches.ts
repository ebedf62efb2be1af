/** Branches of a conversation: edit a question, answer it again, and walk between what there is. */
import { useState } from "react";
import { unwrap } from "@client/api";
import { notifyError } from "@/components/Problem";
import { api, queries } from "@/data/client";
import { conversationKeys } from "@/data/conversations";
import { ask, discard, type LiveExchange, type Question } from "./live";
import type { Exchange } from "./thread";

export interface Branches {
  /** The key of the exchange whose question is being edited. */
  editing: string | null;
  edit: (exchange: Exchange) => void;
  /** The last question of all; does nothing while an answer is under way. */
  editLast: () => void;
  cancelEdit: () => void;
  /** Asks in other words; the old question stays, beside the new one. */
  askInstead: (exchange: Exchange, text: string) => void;
  answerAgain: (exchange: Exchange) => void;
  /** Goes to the branch through a message. */
  walkTo: (messageId: string) => void;
}

type Place = Omit<Question, "text" | "branch">;

export function useBranches(place: Place, exchanges: readonly Exchange[], live: LiveExchange | undefined): Branches {
  const [editing, setEditing] = useState<string | null>(null);
  const { conversationId } = place;
  const running = live?.phase === "sending" || live?.phase === "running";

  const edit = ({ key, questionId }: Exchange): void => {
    if (!running && questionId !== null) setEditing(key);
  };
  return {
    editing,
    edit,
    editLast: () => {
      const last = exchanges.at(-1);
      if (last) edit(last);
    },
    cancelEdit: () => setEditing(null),
    askInstead: ({ questionId, parentId }, text) => {
      setEditing(null);
      if (questionId !== null) ask({ ...place, text, branch: { kind: "edit", questionId, parentId } });
    },
    answerAgain: ({ question, questionId }) => {
      if (running || questionId === null) return;
      ask({ ...place, text: question ?? "", branch: { kind: "again", questionId } });
    },
    walkTo: (messageId) => {
      if (running || conversationId === null) return;
      setEditing(null);
      walk(conversationId, messageId, live).catch(notifyError);
    },
  };
}

async function walk(conversationId: string, messageId: string, live: LiveExchange | undefined): Promise<void> {
  const params = { path: { conversation_id: conversationId } };
  const body = { active_message_id: messageId };
  const changed = await unwrap(api.http.PATCH("/api/v1/conversations/{conversation_id}", { params, body }));
  queries.setQueryData(conversationKeys.one(conversationId), changed);
  await queries.invalidateQueries({ queryKey: conversationKeys.messages(conversationId) });
  // Not before: the branch it belongs to would jump back to what it was.
  if (live) discard(live.key);
}
