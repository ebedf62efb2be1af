// Puts Swagger UI beside the page that starts it, so that /docs needs no other server.
import { copyFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const from = new URL("../node_modules/swagger-ui-dist/", import.meta.url);
const to = new URL("../../src/parley/web/static/docs/", import.meta.url);

for (const file of ["swagger-ui-bundle.js", "swagger-ui.css"]) {
  await copyFile(fileURLToPath(new URL(file, from)), fileURLToPath(new URL(file, to)));
}
