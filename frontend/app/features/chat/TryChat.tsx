/** A chat with a bot beside its configuration; the conversation is a real one and stays in the list. */
import { useState, type ReactNode } from "react";
import type { Bot } from "@client/types";
import { ChatView } from "./ChatView";

export function TryChat({ bot }: { bot: Bot }): ReactNode {
  const [conversationId, setConversationId] = useState<string | null>(null);
  return (
    <ChatView
      workspaceId={bot.workspace_id}
      bot={bot}
      conversationId={conversationId}
      blankSlot={`try:${bot.id}`}
      onStarted={setConversationId}
    />
  );
}
