/** The people of a workspace and their roles. */
import { useQuery } from "@tanstack/react-query";
import { unwrap } from "@client/api";
import type { Role } from "@client/types";
import { api, queries } from "@/data/client";

const key = (workspaceId: string) => ["members", workspaceId] as const;

export function useMembers(workspaceId: string) {
  return useQuery({
    queryKey: key(workspaceId),
    queryFn: async () => {
      const params = { path: { workspace_id: workspaceId } };
      return (await unwrap(api.http.GET("/api/v1/workspaces/{workspace_id}/members", { params }))).items;
    },
  });
}

const refresh = (workspaceId: string): Promise<void> => queries.invalidateQueries({ queryKey: key(workspaceId) });

export async function addMember(workspaceId: string, email: string, role: Role): Promise<void> {
  await unwrap(
    api.http.POST("/api/v1/workspaces/{workspace_id}/members", {
      params: { path: { workspace_id: workspaceId } },
      body: { email, role },
    }),
  );
  await refresh(workspaceId);
}

export async function changeRole(workspaceId: string, userId: string, role: Role): Promise<void> {
  const params = { path: { workspace_id: workspaceId, user_id: userId } };
  try {
    await unwrap(api.http.PATCH("/api/v1/workspaces/{workspace_id}/members/{user_id}", { params, body: { role } }));
  } finally {
    await refresh(workspaceId);
  }
}

export async function removeMember(workspaceId: string, userId: string): Promise<void> {
  await unwrap(
    api.http.DELETE("/api/v1/workspaces/{workspace_id}/members/{user_id}", {
      params: { path: { workspace_id: workspaceId, user_id: userId } },
    }),
  );
  await refresh(workspaceId);
}
