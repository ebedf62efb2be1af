/** A language model behind an OpenAI-compatible address that writes slowly, and not only nice things. */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

const TOKEN_MS = 10;

const paragraphs = Array.from(
  { length: 40 },
  (_, index) => `Paragraph ${index + 1} of a long answer that goes on about the harbour, its boats and its bell.`,
);

/** The whole answer, as it must stand on the screen in the end. */
export const LONG_ANSWER = paragraphs.join("\n\n");

export const HOSTILE_ANSWER = [
  "Before <img src=x onerror=\"document.title='owned'\"> and <script>document.title='owned'</script>.",
  "A [link](javascript:document.title='owned'), a ![picture](https://example.org/spy.png) and a [good one](https://example.org/).",
  '<iframe src="https://example.org/"></iframe>',
  "| left | right |\n|---|---|\n| 1 | 2 |",
  "```html\n<b>code</b>\n```",
].join("\n\n");

export interface SlowModel {
  /** With the version, as `PARLEY_OPENAI_BASE_URL` wants it. */
  url: string;
  stop: () => void;
}

export async function startSlowModel(): Promise<SlowModel> {
  const server = createServer((request, reply) => {
    let body = "";
    request.on("data", (chunk) => (body += chunk));
    request.on("end", () => write(reply, body.includes("hostile") ? HOSTILE_ANSWER : LONG_ANSWER));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const stop = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, stop };
}

function write(reply: ServerResponse, answer: string): void {
  const chunk = (delta: object, finish: string | null = null): string =>
    `data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", created: 0, model: "slow", choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
  const tokens = answer.match(/\S+\s*/g) ?? [];
  reply.writeHead(200, { "Content-Type": "text/event-stream" });
  reply.write(chunk({ role: "assistant", content: "" }));
  const timer = setInterval(() => {
    const content = tokens.shift();
    if (content !== undefined) {
      reply.write(chunk({ content }));
      return;
    }
    clearInterval(timer);
    reply.end(`${chunk({}, "stop")}data: [DONE]\n\n`);
  }, TOKEN_MS);
  reply.on("close", () => clearInterval(timer));
}
