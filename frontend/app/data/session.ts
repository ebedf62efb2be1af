/** Who is signed in. */
import { useSyncExternalStore } from "react";
import { unwrap } from "@client/api";
import type { Session } from "@client/session";
import { api, queries, session } from "./client";

export function useSession(): Session | null {
  return useSyncExternalStore(session.subscribe, session.current);
}

/** Signs out here even when the server cannot be told; its token then simply runs out. */
export async function signOut(): Promise<void> {
  await unwrap(api.http.POST("/api/v1/auth/logout")).catch(() => undefined);
  session.signOut();
  queries.clear();
}
