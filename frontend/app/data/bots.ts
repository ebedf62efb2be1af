/** The bots of a workspace and the models they can speak with. */
import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { unwrap } from "@client/api";
import type { Bot, Model } from "@client/types";
import { api } from "./client";

export const botKeys = {
  list: (workspaceId: string) => ["bots", workspaceId] as const,
  one: (id: string) => ["bot", id] as const,
};

export function useBots(workspaceId: string): UseQueryResult<Bot[]> {
  return useQuery({
    queryKey: botKeys.list(workspaceId),
    queryFn: async () => {
      const params = { path: { workspace_id: workspaceId }, query: { limit: 200 } };
      return (await unwrap(api.http.GET("/api/v1/workspaces/{workspace_id}/bots", { params }))).items;
    },
  });
}

export function useBot(id: string): UseQueryResult<Bot> {
  return useQuery({
    queryKey: botKeys.one(id),
    queryFn: () => unwrap(api.http.GET("/api/v1/bots/{bot_id}", { params: { path: { bot_id: id } } })),
    enabled: id !== "",
  });
}

export interface Models {
  default: string;
  items: Model[];
}

export function useModels(): UseQueryResult<Models> {
  return useQuery({
    queryKey: ["models"],
    queryFn: () => unwrap(api.http.GET("/api/v1/models")),
    staleTime: 300_000,
  });
}
