// Fails the build when the JavaScript of a first load outgrows its budget (gzip bytes).
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const root = fileURLToPath(new URL("../../src/parley/web/static", import.meta.url));
const budget = 130 * 1024;
// What the chat, the first screen of a signed-in reader, needs before it works.
const entries = ["index.html", "app/features/chat/ChatPage.tsx"];

const manifest = JSON.parse(await readFile(join(root, ".vite/manifest.json"), "utf8"));
const seen = new Map();

async function visit(key) {
  const chunk = manifest[key];
  if (!chunk) throw new Error(`${key} is not in the build manifest: was the page renamed?`);
  if (seen.has(chunk.file)) return;
  seen.set(chunk.file, gzipSync(await readFile(join(root, chunk.file)), { level: 9 }).length);
  for (const imported of chunk.imports ?? []) await visit(imported);
}

// Only this script reads it; the server has no use for it.
await rm(join(root, ".vite"), { recursive: true });

for (const entry of entries) await visit(entry);
const total = [...seen.values()].reduce((sum, size) => sum + size, 0);
for (const [file, size] of seen) console.log(`${(size / 1024).toFixed(1).padStart(7)} KB  ${file}`);
console.log(`${(total / 1024).toFixed(1).padStart(7)} KB  first-load JavaScript, gzip (budget ${budget / 1024} KB)`);
if (total > budget) {
  console.error(
    `First-load JavaScript is over its budget by ${((total - budget) / 1024).toFixed(1)} KB: load something lazily or drop it.`,
  );
  process.exit(1);
}
