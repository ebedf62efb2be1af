// Writes a .gz beside every text asset of the build, so that the server never compresses at request time.
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const root = fileURLToPath(new URL("../../src/parley/web/static", import.meta.url));
const compressible = /\.(html|js|css|svg|json)$/;
const smallest = 512;

for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name);
  if (!entry.isFile() || !compressible.test(entry.name)) continue;
  const body = await readFile(path);
  if (body.length >= smallest) await writeFile(`${path}.gz`, gzipSync(body, { level: 9 }));
}
