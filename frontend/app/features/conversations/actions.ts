/** What can be done to a conversation from the list. */
import { unwrap } from "@client/api";
import { api, queries } from "@/data/client";
import { conversationKeys, patchConversation } from "@/data/conversations";

/** Shown at once; put right by the server's answer, or taken back when it refuses. */
export async function renameConversation(workspaceId: string, id: string, title: string): Promise<void> {
  patchConversation(workspaceId, id, { title });
  try {
    await unwrap(
      api.http.PATCH("/api/v1/conversations/{conversation_id}", {
        params: { path: { conversation_id: id } },
        body: { title },
      }),
    );
  } finally {
    void queries.invalidateQueries({ queryKey: conversationKeys.list(workspaceId) });
  }
}

export async function deleteConversation(workspaceId: string, id: string): Promise<void> {
  await unwrap(
    api.http.DELETE("/api/v1/conversations/{conversation_id}", { params: { path: { conversation_id: id } } }),
  );
  queries.removeQueries({ queryKey: conversationKeys.one(id) });
  queries.removeQueries({ queryKey: conversationKeys.messages(id) });
  await queries.invalidateQueries({ queryKey: conversationKeys.list(workspaceId) });
}
