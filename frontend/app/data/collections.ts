/** The collections of a workspace, which documents live in and bots read from. */
import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { unwrap } from "@client/api";
import type { Collection } from "@client/types";
import { api } from "./client";

export const collectionKeys = { list: (workspaceId: string) => ["collections", workspaceId] as const };

export function useCollections(workspaceId: string): UseQueryResult<Collection[]> {
  return useQuery({
    queryKey: collectionKeys.list(workspaceId),
    queryFn: async () => {
      const params = { path: { workspace_id: workspaceId }, query: { limit: 200 } };
      return (await unwrap(api.http.GET("/api/v1/workspaces/{workspace_id}/collections", { params }))).items;
    },
  });
}
