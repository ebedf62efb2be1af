/** The server the tests talk to: the one PARLEY_URL names, else a fresh one of their own, started from PARLEY_COMMAND. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Server {
  url: string;
  /** Started here, with the settings asked for. */
  own: boolean;
  stop: () => Promise<void>;
}

const START_MS = 90_000;
const POLL_MS = 200;

export async function startServer(settings: Readonly<Record<string, string>>): Promise<Server> {
  const url = process.env.PARLEY_URL?.replace(/\/$/, "");
  if (url) return { url, own: false, stop: () => Promise.resolve() };
  const command = process.env.PARLEY_COMMAND;
  if (!command)
    throw new Error("Set PARLEY_URL to a running server, or PARLEY_COMMAND to the parley command to start one.");
  const data = await mkdtemp(join(tmpdir(), "parley-e2e-"));
  const port = await freePort();
  const child = spawn(command, ["serve", "--port", String(port), "--data-dir", data], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...settings },
  });
  const server = { own: true, url: `http://localhost:${port}`, stop: () => stop(child, data) };
  try {
    await answers(child, `${server.url}/health/ready`);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}

async function answers(child: ChildProcess, address: string): Promise<void> {
  let output = "";
  const keep = (chunk: Buffer): void => void (output = (output + chunk.toString()).slice(-4_000));
  child.stdout?.on("data", keep);
  child.stderr?.on("data", keep);
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline && child.exitCode === null) {
    const reply = await fetch(address).catch(() => null);
    if (reply?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`The server did not start within ${START_MS / 1000} s. It said:\n${output}`);
}

async function stop(child: ChildProcess, data: string): Promise<void> {
  if (child.exitCode === null) {
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    await gone;
  }
  await rm(data, { recursive: true, force: true });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
