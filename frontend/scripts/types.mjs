// Writes client/schema.d.ts from an OpenAPI document: npm run types [-- from/openapi.json [to/schema.d.ts]].
import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";

const source = resolve(process.argv[2] ?? fileURLToPath(new URL("../../openapi.json", import.meta.url)));
const target = resolve(process.argv[3] ?? fileURLToPath(new URL("../client/schema.d.ts", import.meta.url)));
const document = JSON.parse(await readFile(source, "utf8"));
const banner = "// Generated from the server's OpenAPI document by `make client`. Do not edit.\n\n";
await writeFile(
  target,
  banner + astToString(await openapiTS(document, { alphabetize: true, defaultNonNullable: false })),
);
