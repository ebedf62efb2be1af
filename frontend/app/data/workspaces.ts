/** The workspaces of the signed-in user, and the one the address names. */
import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { useParams } from "react-router";
import { unwrap } from "@client/api";
import type { Role, Workspace } from "@client/types";
import { api } from "./client";

const LAST = "parley.workspace";

/** `enabled` is false where nobody may be signed in yet. */
export function useWorkspaces(enabled = true): UseQueryResult<Workspace[]> {
  return useQuery({
    enabled,
    queryKey: ["workspaces"],
    queryFn: async () => (await unwrap(api.http.GET("/api/v1/workspaces"))).items,
  });
}

export function useWorkspaceId(): string {
  return useParams().ws ?? "";
}

export function useWorkspace(): Workspace | undefined {
  const id = useWorkspaceId();
  return useWorkspaces().data?.find((workspace) => workspace.id === id);
}

const ranks: Record<Role, number> = { viewer: 0, member: 1, editor: 2, admin: 3, owner: 4 };

/** Only spares a reader buttons that would be refused: the server decides. */
export function useMay(role: Role): boolean {
  const workspace = useWorkspace();
  return workspace !== undefined && ranks[workspace.role] >= ranks[role];
}

export const rememberWorkspace = (id: string): void => localStorage.setItem(LAST, id);
export const lastWorkspace = (): string | null => localStorage.getItem(LAST);
