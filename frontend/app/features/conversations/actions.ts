/** What can be done to a conversation: rename, pin, delete, export. */
import { unwrap } from "@client/api";
import type { Conversation } from "@client/types";
import { fileName, save } from "@/components/download";
import { deleteWithUndo } from "@/components/undo";
import { api, queries } from "@/data/client";
import { conversationKeys, patchConversation } from "@/data/conversations";
import { t } from "@/i18n/t";

type Change = Partial<Pick<Conversation, "title" | "pinned">>;

/** Shown at once; put right by the server's answer, or taken back when it refuses. */
export async function changeConversation(workspaceId: string, id: string, change: Change): Promise<void> {
  patchConversation(workspaceId, id, change);
  try {
    const params = { path: { conversation_id: id } };
    await unwrap(api.http.PATCH("/api/v1/conversations/{conversation_id}", { params, body: change }));
  } finally {
    void queries.invalidateQueries({ queryKey: conversationKeys.list(workspaceId) });
  }
}

export function deleteConversation(workspaceId: string, { id, title }: Conversation): void {
  deleteWithUndo(id, t("conversations.deleted", { title: title || t("conversations.untitled") }), async () => {
    const params = { path: { conversation_id: id } };
    await unwrap(api.http.DELETE("/api/v1/conversations/{conversation_id}", { params, keepalive: true }));
    queries.removeQueries({ queryKey: conversationKeys.one(id) });
    queries.removeQueries({ queryKey: conversationKeys.messages(id) });
    await queries.invalidateQueries({ queryKey: conversationKeys.list(workspaceId) });
  });
}

export type ExportFormat = "markdown" | "json";

/** Saves the conversation as a file. */
export async function exportConversation({ id, title }: Conversation, format: ExportFormat): Promise<void> {
  const options = { params: { path: { conversation_id: id }, query: { format } }, parseAs: "blob" as const };
  const blob = await unwrap(api.http.GET("/api/v1/conversations/{conversation_id}/export", options));
  save(blob as unknown as Blob, fileName(title, format === "json" ? "json" : "md"));
}
