/** The conversations of a workspace, newest first, page by page. */
import { useInfiniteQuery, useQuery, type InfiniteData, type UseQueryResult } from "@tanstack/react-query";
import { unwrap } from "@client/api";
import type { Conversation, ConversationPage } from "@client/types";
import { api, queries } from "./client";

export const conversationKeys = {
  list: (workspaceId: string) => ["conversations", workspaceId] as const,
  pinned: (workspaceId: string) => ["conversations", workspaceId, "pinned"] as const,
  one: (id: string) => ["conversation", id] as const,
  allMessages: ["messages"] as const,
  messages: (id: string) => ["messages", id] as const,
};

export function useConversations(workspaceId: string) {
  return useInfiniteQuery({
    queryKey: conversationKeys.list(workspaceId),
    queryFn: async ({ pageParam }): Promise<ConversationPage> => {
      const params = {
        path: { workspace_id: workspaceId },
        query: { limit: 50, ...(pageParam && { cursor: pageParam }) },
      };
      return unwrap(api.http.GET("/api/v1/workspaces/{workspace_id}/conversations", { params }));
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
  });
}

const PINNED_MOST = 100;

export function usePinned(workspaceId: string): UseQueryResult<Conversation[]> {
  return useQuery({
    queryKey: conversationKeys.pinned(workspaceId),
    queryFn: async () => {
      const params = { path: { workspace_id: workspaceId }, query: { limit: PINNED_MOST, pinned: true } };
      return (await unwrap(api.http.GET("/api/v1/workspaces/{workspace_id}/conversations", { params }))).items;
    },
  });
}

export function useConversation(id: string): UseQueryResult<Conversation> {
  return useQuery({
    queryKey: conversationKeys.one(id),
    queryFn: () =>
      unwrap(api.http.GET("/api/v1/conversations/{conversation_id}", { params: { path: { conversation_id: id } } })),
    enabled: id !== "",
  });
}

/** Shows a change everywhere at once; the server is asked by the caller. */
export function patchConversation(workspaceId: string, id: string, change: Partial<Conversation>): void {
  queries.setQueryData<Conversation>(conversationKeys.one(id), (old) => old && { ...old, ...change });
  queries.setQueryData<InfiniteData<ConversationPage>>(
    conversationKeys.list(workspaceId),
    (old) =>
      old && {
        ...old,
        pages: old.pages.map((page) => ({
          ...page,
          items: page.items.map((item) => (item.id === id ? { ...item, ...change } : item)),
        })),
      },
  );
}
