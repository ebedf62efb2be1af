/** The session against a real token server: renewed once however many ask, and closed when it is refused. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { createApi, unwrap } from "./api";
import { createSessionStore } from "./session";

const closers: (() => void)[] = [];
afterEach(() => closers.splice(0).forEach((close) => close()));

interface Server {
  baseUrl: string;
  refreshes: () => number;
}

const user = { id: "u1", email: "owner@example.org", name: "Owner", created_at: "2026-01-15T09:30:00Z" };
const signedIn = (n: number, expiresIn = 900) => ({
  access_token: `access-${n}`,
  refresh_token: `refresh-${n}`,
  token_type: "bearer" as const,
  expires_in: expiresIn,
  user,
});

/** Accepts only the newest access token; each refresh token works once. */
async function tokenServer(refuse = false): Promise<Server> {
  let generation = 1;
  let refreshes = 0;
  const server = createServer((request, reply) => {
    let body = "";
    request.on("data", (chunk) => (body += chunk));
    request.on("end", () => {
      const answer = (status: number, value: unknown): void => {
        reply.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(value));
      };
      if (request.url === "/api/v1/auth/refresh-token") {
        refreshes += 1;
        const valid = !refuse && JSON.parse(body).refresh_token === `refresh-${generation}`;
        if (valid) generation += 1;
        return answer(valid ? 200 : 401, valid ? signedIn(generation) : { code: "refresh_token_invalid" });
      }
      if (request.headers.authorization === `Bearer access-${generation}`) return answer(200, user);
      return answer(401, { code: "token_expired", detail: "The token has run out." });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => server.close());
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, refreshes: () => refreshes };
}

function memory() {
  const items = new Map<string, string>();
  return {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  };
}

describe("a session", () => {
  test("ten requests with a token about to run out renew it once", async () => {
    const server = await tokenServer();
    const session = createSessionStore({ baseUrl: server.baseUrl, storage: memory() });
    session.signIn(signedIn(1, 5));
    const api = createApi(server.baseUrl, session);
    await Promise.all(Array.from({ length: 10 }, () => unwrap(api.http.GET("/api/v1/me"))));
    expect(server.refreshes()).toBe(1);
  });

  test("a token the server refuses is renewed and the request sent again", async () => {
    const server = await tokenServer();
    const session = createSessionStore({ baseUrl: server.baseUrl, storage: memory() });
    session.signIn({ ...signedIn(1), access_token: "forged" });
    const me = await unwrap(createApi(server.baseUrl, session).http.GET("/api/v1/me"));
    expect(me.email).toBe(user.email);
    expect(session.current()?.accessToken).toBe("access-2");
  });

  test("two tabs share one renewal", async () => {
    const server = await tokenServer();
    const storage = memory();
    const tabs = [1, 2].map(() => createSessionStore({ baseUrl: server.baseUrl, storage }));
    tabs[0]?.signIn(signedIn(1, 5));
    const tokens = await Promise.all(tabs.map((tab) => tab.freshToken()));
    expect(tokens).toEqual(["access-2", "access-2"]);
    expect(server.refreshes()).toBe(1);
  });

  test("a refused renewal signs out and says so", async () => {
    const server = await tokenServer(true);
    const session = createSessionStore({ baseUrl: server.baseUrl, storage: memory() });
    let told = 0;
    session.signIn(signedIn(1, 5));
    session.subscribe(() => (told += 1));
    await expect(session.freshToken()).rejects.toMatchObject({ code: "signed_out" });
    expect(session.current()).toBeNull();
    expect(told).toBe(1);
  });

  test("a server that is away does not sign anyone out", async () => {
    const session = createSessionStore({ baseUrl: "http://127.0.0.1:9", storage: memory() });
    session.signIn(signedIn(1, 5));
    await expect(session.freshToken()).rejects.toMatchObject({ code: "unreachable" });
    expect(session.current()?.refreshToken).toBe("refresh-1");
  });
});
