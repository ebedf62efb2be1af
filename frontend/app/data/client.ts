/** The one session, API client and query cache of the page. */
import { QueryClient } from "@tanstack/react-query";
import { createApi } from "@client/api";
import { ApiError } from "@client/problem";
import { createSessionStore } from "@client/session";

const baseUrl = location.origin;

export const session = createSessionStore({ baseUrl, storage: localStorage });
export const api = createApi(baseUrl, session);

/** What the server refused it will refuse again; only what did not reach it is worth another try. */
const worthRetrying = (failures: number, error: unknown): boolean =>
  failures < 2 && (!(error instanceof ApiError) || error.isUnreachable || error.status >= 502);

export const queries = new QueryClient({
  defaultOptions: { queries: { retry: worthRetrying, staleTime: 15_000 }, mutations: { retry: false } },
});
