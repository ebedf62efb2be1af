/**
 * The signed-in session: kept in localStorage, shared by all tabs, refreshed by one of them.
 *
 * Why localStorage: the API takes bearer tokens, so that one server serves apps on any origin.
 * A script of another origin cannot read it; against a script in this page the content security
 * policy (`script-src 'self'`) and a renderer that makes no HTML stand guard, and a stolen
 * refresh token dies with its family at the first reuse.
 */
import { ApiError, problemOf, unreachable } from "./problem";
import type { SignedIn, User } from "./types";

export interface Session {
  accessToken: string;
  refreshToken: string;
  /** Milliseconds since the epoch, by this machine's clock. */
  expiresAt: number;
  user: User;
}

export interface SessionStore {
  current(): Session | null;
  signIn(reply: SignedIn): void;
  rename(user: User): void;
  signOut(): void;
  /** A token good for the next request. Throws `ApiError` with code `signed_out` when there is none. */
  freshToken(): Promise<string>;
  /** Replaces a token the server refused; whoever comes second gets what the first one fetched. */
  replace(refused: string): Promise<string>;
  subscribe(listener: () => void): () => void;
}

const KEY = "parley.session";
const LOCK = "parley.refresh";
/** Renewed this long before it runs out, so that no request travels with a dying token. */
const MARGIN_MS = 30_000;

interface Options {
  baseUrl: string;
  storage: Pick<Storage, "getItem" | "setItem" | "removeItem">;
  fetch?: typeof fetch;
  now?: () => number;
}

export function createSessionStore({ baseUrl, storage, fetch: send = fetch, now = Date.now }: Options): SessionStore {
  const listeners = new Set<() => void>();
  let raw: string | null = null;
  let parsed: Session | null = null;

  // useSyncExternalStore needs the same object for the same content.
  const current = (): Session | null => {
    const stored = storage.getItem(KEY);
    if (stored !== raw) {
      raw = stored;
      parsed = read(stored);
    }
    return parsed;
  };

  const write = (session: Session | null): void => {
    if (session) storage.setItem(KEY, JSON.stringify(session));
    else storage.removeItem(KEY);
    listeners.forEach((listener) => listener());
  };

  const signIn = (reply: SignedIn): void =>
    write({
      accessToken: reply.access_token,
      refreshToken: reply.refresh_token,
      expiresAt: now() + reply.expires_in * 1000,
      user: reply.user,
    });

  const replace = (refused: string): Promise<string> =>
    exclusively(LOCK, async () => {
      const session = current();
      if (!session) throw signedOut();
      if (session.accessToken !== refused) return session.accessToken;
      const reply = await send(`${baseUrl}/api/v1/auth/refresh-token`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ refresh_token: session.refreshToken }),
      }).catch(() => {
        throw unreachable();
      });
      if (reply.ok) {
        const renewed = (await reply.json()) as SignedIn;
        signIn(renewed);
        return renewed.access_token;
      }
      if (reply.status !== 400 && reply.status !== 401 && reply.status !== 403) throw await problemOf(reply);
      write(null);
      throw signedOut();
    });

  const freshToken = async (): Promise<string> => {
    const session = current();
    if (!session) throw signedOut();
    return session.expiresAt - now() > MARGIN_MS ? session.accessToken : replace(session.accessToken);
  };

  const onStorage = (event: StorageEvent): void => {
    if (event.key === KEY || event.key === null) listeners.forEach((listener) => listener());
  };

  return {
    current,
    signIn,
    rename: (user) => {
      const session = current();
      if (session) write({ ...session, user });
    },
    signOut: () => write(null),
    freshToken,
    replace,
    subscribe: (listener) => {
      if (listeners.size === 0) globalThis.addEventListener?.("storage", onStorage);
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) globalThis.removeEventListener?.("storage", onStorage);
      };
    },
  };
}

function signedOut(): ApiError {
  return new ApiError({
    code: "signed_out",
    status: 401,
    detail: "You are signed out.",
    hint: "Sign in again to go on.",
  });
}

function read(stored: string | null): Session | null {
  if (!stored) return null;
  try {
    const session = JSON.parse(stored) as Session;
    return session.accessToken && session.refreshToken ? session : null;
  } catch {
    return null;
  }
}

const queues = new Map<string, Promise<unknown>>();

/** One holder at a time: across tabs where the browser has locks, else within this page. */
async function exclusively<T>(name: string, work: () => Promise<T>): Promise<T> {
  const locks = globalThis.navigator?.locks;
  if (locks) return (await locks.request(name, work)) as T;
  const previous = queues.get(name) ?? Promise.resolve();
  const mine = previous.then(work, work);
  queues.set(
    name,
    mine.catch(() => undefined),
  );
  return mine;
}
