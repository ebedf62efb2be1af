/** Following a turn over a real HTTP server that misbehaves the way networks do. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { isTerminal, type TurnEvent } from "./events";
import { followTurn } from "./follow";

type Handler = (request: IncomingMessage, reply: ServerResponse, attempt: number) => void;

const closers: (() => void)[] = [];
afterEach(() => closers.splice(0).forEach((close) => close()));

async function serve(handler: Handler): Promise<string> {
  let attempts = 0;
  const server = createServer((request, reply) => handler(request, reply, ++attempts));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`;
}

function wire(seq: number, type = "text.delta", body: object = { text: `${seq} ` }): string {
  const event = { type, turn_id: "t", epoch: 1, seq, at: "2026-01-15T09:30:00Z", ...body };
  return `id: ${seq}\nevent: ${type}\ndata: ${JSON.stringify(event)}\n\n`;
}

const end = (seq: number): string => wire(seq, "turn.cancelled", { message: null });

function open(reply: ServerResponse): ServerResponse {
  return reply.writeHead(200, { "Content-Type": "text/event-stream" });
}

async function follow(url: string, options: object = {}): Promise<TurnEvent[]> {
  const events: TurnEvent[] = [];
  const turn = followTurn({
    url,
    fetch,
    signal: AbortSignal.timeout(5_000),
    backoffMs: 1,
    maxBackoffMs: 5,
    ...options,
  });
  for await (const batch of turn) events.push(...batch);
  return events;
}

const seqs = (events: TurnEvent[]): number[] => events.map((event) => event.seq);

describe("following a turn", () => {
  test("delivers every event to the terminal one and then ends", async () => {
    const url = await serve((_, reply) => open(reply).end(wire(1) + ": ping\n\n" + wire(2) + end(3)));
    const events = await follow(url);
    expect(seqs(events)).toEqual([1, 2, 3]);
    expect(isTerminal(events[2] as TurnEvent)).toBe(true);
  });

  test("a dropped connection is resumed after the last event, and nothing comes twice", async () => {
    const resumedFrom: unknown[] = [];
    const url = await serve((request, reply, attempt) => {
      resumedFrom.push(request.headers["last-event-id"]);
      if (attempt === 1) {
        open(reply).write(wire(1) + wire(2), () => reply.destroy());
        return;
      }
      open(reply).end(wire(2) + wire(3) + end(4));
    });
    expect(seqs(await follow(url))).toEqual([1, 2, 3, 4]);
    expect(resumedFrom).toEqual([undefined, "2"]);
  });

  test("a new runner that counts on from fewer stored events is followed", async () => {
    const asked: unknown[] = [];
    const url = await serve((request, reply, attempt) => {
      asked.push(request.url);
      if (attempt === 1) open(reply).write(wire(1) + wire(2) + wire(3), () => reply.destroy());
      else
        open(reply).end(
          wire(2, "turn.restarted", { epoch: 2 }) + wire(3, "text.delta", { epoch: 2, text: "b" }) + end(4),
        );
    });
    expect(seqs(await follow(url))).toEqual([1, 2, 3, 2, 3, 4]);
    expect(asked[1]).toContain("epoch=1");
  });

  test("a server that is away for a moment is asked again", async () => {
    const url = await serve((_, reply, attempt) => {
      if (attempt < 3) reply.writeHead(503).end();
      else open(reply).end(wire(1) + end(2));
    });
    const interruptions: boolean[] = [];
    const events = await follow(url, { onInterrupted: (each: boolean) => interruptions.push(each) });
    expect(seqs(events)).toEqual([1, 2]);
    expect(interruptions).toEqual([true, true, false]);
  });

  test("a hole in the numbers is fetched again instead of shown", async () => {
    const url = await serve((_, reply, attempt) => {
      if (attempt === 1) open(reply).write(wire(1) + wire(3));
      else open(reply).end(wire(2) + wire(3) + end(4));
    });
    expect(seqs(await follow(url))).toEqual([1, 2, 3, 4]);
  });

  test("a connection that falls silent is replaced", async () => {
    const url = await serve((_, reply, attempt) => {
      if (attempt === 1) open(reply).write(wire(1));
      else open(reply).end(end(2));
    });
    expect(seqs(await follow(url, { silenceMs: 50 }))).toEqual([1, 2]);
  });

  test("a turn that does not exist is an error that names itself, not a retry", async () => {
    const url = await serve((_, reply) => {
      reply.writeHead(404, { "Content-Type": "application/problem+json" });
      reply.end(JSON.stringify({ code: "turn_not_found", detail: "There is no such turn.", request_id: "r1" }));
    });
    await expect(follow(url)).rejects.toMatchObject({ code: "turn_not_found", requestId: "r1", status: 404 });
  });

  test("multi-byte text cut anywhere by the network arrives whole", async () => {
    const bytes = Buffer.from(wire(1, "text.delta", { text: "日本語 🌿 é" }) + end(2));
    const url = await serve((_, reply) => {
      open(reply);
      let sent = 0;
      const next = (): void => {
        if (sent >= bytes.length) reply.end();
        else reply.write(bytes.subarray(sent, ++sent), () => setImmediate(next));
      };
      next();
    });
    const [first] = await follow(url);
    expect(first).toMatchObject({ text: "日本語 🌿 é" });
  });

  test("stopping the reader ends the wait between attempts at once", async () => {
    const url = await serve((_, reply) => reply.writeHead(503).end());
    const stop = new AbortController();
    const started = performance.now();
    const done = follow(url, {
      signal: stop.signal,
      backoffMs: 60_000,
      maxBackoffMs: 60_000,
      onInterrupted: () => stop.abort(),
    });
    expect(await done).toEqual([]);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
