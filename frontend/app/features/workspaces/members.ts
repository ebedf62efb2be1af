/** What can be done to the people of a workspace. */
import { unwrap } from "@client/api";
import type { Role } from "@client/types";
import { api, queries } from "@/data/client";
import { peopleKeys } from "@/data/people";

const refresh = (workspaceId: string): Promise<void> =>
  queries.invalidateQueries({ queryKey: peopleKeys.members(workspaceId) });

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
