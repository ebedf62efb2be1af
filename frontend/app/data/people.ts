/** The members of a workspace and their groups, wherever somebody is chosen. */
import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { unwrap } from "@client/api";
import type { Group, Member } from "@client/types";
import { api } from "./client";

export const peopleKeys = {
  members: (workspaceId: string) => ["members", workspaceId] as const,
  groups: (workspaceId: string) => ["groups", workspaceId] as const,
  groupMembers: (groupId: string) => ["group-members", groupId] as const,
};

export function usePeople(workspaceId: string): UseQueryResult<Member[]> {
  return useQuery({
    queryKey: peopleKeys.members(workspaceId),
    queryFn: async () => {
      const params = { path: { workspace_id: workspaceId } };
      return (await unwrap(api.http.GET("/api/v1/workspaces/{workspace_id}/members", { params }))).items;
    },
  });
}

export function useGroups(workspaceId: string): UseQueryResult<Group[]> {
  return useQuery({
    queryKey: peopleKeys.groups(workspaceId),
    queryFn: async () => {
      const params = { path: { workspace_id: workspaceId } };
      return (await unwrap(api.http.GET("/api/v1/workspaces/{workspace_id}/groups", { params }))).items;
    },
  });
}
