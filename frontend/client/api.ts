/** The typed API client: bearer tokens that renew themselves, and every refusal thrown as an `ApiError`. */
import createClient, { type Client } from "openapi-fetch";
import { asApiError, unreachable } from "./problem";
import type { paths } from "./schema";
import type { SessionStore } from "./session";

export interface Api {
  http: Client<paths>;
  /** `fetch` with a bearer token; a token the server refuses is renewed and the request sent once more. */
  fetch: typeof fetch;
  baseUrl: string;
}

/** Reachable without a session; a token on these would only be refused. */
const PUBLIC = /\/api\/v1\/auth\/(register|login|status|refresh-token)$/;

/** Open to strangers too; who is signed in may see more. */
const OPEN = /\/api\/v1\/shared\//;

export function createApi(baseUrl: string, session: SessionStore, send: typeof fetch = fetch): Api {
  const authorized: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const { pathname } = new URL(request.url);
    if (PUBLIC.test(pathname) || (OPEN.test(pathname) && !session.current())) return attempt(send, request);
    const token = await session.freshToken();
    const spare = request.clone();
    const reply = await attempt(send, withToken(request, token));
    if (reply.status !== 401) return reply;
    await reply.body?.cancel();
    return attempt(send, withToken(spare, await session.replace(token)));
  };
  return { http: createClient<paths>({ baseUrl, fetch: authorized }), fetch: authorized, baseUrl };
}

interface Outcome<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The reply's body, or a thrown `ApiError`. */
export async function unwrap<T>(call: Promise<Outcome<T>>): Promise<T> {
  const { data, error, response } = await call;
  if (response.ok) return data as T;
  throw asApiError(error, response.status, response.headers.get("X-Request-ID"));
}

function withToken(request: Request, token: string): Request {
  request.headers.set("Authorization", `Bearer ${token}`);
  return request;
}

async function attempt(send: typeof fetch, request: Request): Promise<Response> {
  try {
    return await send(request);
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw unreachable();
  }
}
