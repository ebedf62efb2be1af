/** Follows a turn to its end across dropped connections: every event once, in order, without a gap. */
import { isTerminal, type TurnEvent } from "./events";
import { problemOf, type ApiError } from "./problem";
import { parseEvents } from "./sse";

interface Options {
  url: string;
  /** The last event the reader already has; 0 for none. */
  after?: number;
  fetch: typeof fetch;
  signal: AbortSignal;
  /** Told when the connection is lost (true) and when it is back (false). */
  onInterrupted?: (interrupted: boolean) => void;
  /** A connection silent for this long, keep-alives included, counts as dead. */
  silenceMs?: number;
  /** The first wait before a new attempt; doubles up to `maxBackoffMs`, with jitter. */
  backoffMs?: number;
  maxBackoffMs?: number;
}

interface Place {
  /** The last event delivered, and the epoch of its runner. */
  after: number;
  epoch: number;
  /** Attempts in a row that brought nothing. */
  failures: number;
}

/** Batches as the network delivered them. Ends after the terminal event; throws `ApiError` when the turn is not there. */
export async function* followTurn(options: Options): AsyncGenerator<TurnEvent[]> {
  const { signal, backoffMs = 250, maxBackoffMs = 8_000, onInterrupted = () => undefined } = options;
  const place: Place = { after: options.after ?? 0, epoch: 0, failures: 0 };
  while (!signal.aborted) {
    const ended = yield* readUntilCut(options, place);
    if (ended) return;
    place.failures += 1;
    onInterrupted(true);
    const wait = Math.min(maxBackoffMs, backoffMs * 2 ** (place.failures - 1));
    await pause(wait * (0.75 + Math.random() / 2), signal);
  }
}

/** One connection, to its end. True when nothing more can come of another one. */
async function* readUntilCut(options: Options, place: Place): AsyncGenerator<TurnEvent[], boolean> {
  const { signal, onInterrupted = () => undefined } = options;
  try {
    for await (const batch of connect(options, place)) {
      if (place.failures > 0) onInterrupted(false);
      place.failures = 0;
      const fresh = takeFresh(batch, place);
      if (fresh.length > 0) yield fresh;
      if (fresh.some(isTerminal)) return true;
      if (hasGap(batch, place.after)) return false;
    }
  } catch (error) {
    if (isFinal(error) && !signal.aborted) throw error;
  }
  return signal.aborted;
}

async function* connect(
  { url, fetch: send, signal, silenceMs = 45_000 }: Options,
  place: Place,
): AsyncGenerator<TurnEvent[]> {
  const connection = new AbortController();
  const stop = (): void => connection.abort();
  signal.addEventListener("abort", stop);
  let watchdog = setTimeout(stop, silenceMs);
  const onActivity = (): void => {
    clearTimeout(watchdog);
    watchdog = setTimeout(stop, silenceMs);
  };
  try {
    const headers: Record<string, string> = { Accept: "text/event-stream" };
    if (place.after > 0) headers["Last-Event-ID"] = String(place.after);
    const reply = await send(place.epoch > 0 ? `${url}?epoch=${place.epoch}` : url, {
      headers,
      signal: connection.signal,
    });
    if (!reply.ok || !reply.body) throw await problemOf(reply);
    for await (const events of parseEvents(reply.body, onActivity)) {
      yield events.map((event) => JSON.parse(event.data) as TurnEvent);
    }
  } finally {
    clearTimeout(watchdog);
    signal.removeEventListener("abort", stop);
    connection.abort();
  }
}

/** What comes next, up to the first hole; what was seen before is dropped. Moves `place` along. */
function takeFresh(batch: TurnEvent[], place: Place): TurnEvent[] {
  const fresh: TurnEvent[] = [];
  for (const event of batch) {
    // A new runner counts on from what was stored, which may be less than what came live from the last one.
    const restarts = event.type === "turn.restarted" && event.epoch > place.epoch;
    if (!restarts && event.seq !== place.after + 1) continue;
    place.after = event.seq;
    place.epoch = event.epoch;
    fresh.push(event);
  }
  return fresh;
}

function hasGap(batch: TurnEvent[], seq: number): boolean {
  return batch.some((event) => event.seq > seq);
}

/** The server has spoken and asking again changes nothing; anything else is worth another attempt. */
function isFinal(error: unknown): boolean {
  const status = (error as Partial<ApiError>).status ?? 0;
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
    signal.addEventListener("abort", done);
  });
}
