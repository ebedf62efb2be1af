/** Builds the app into the Python package, serves it in development, and runs its tests. */
import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  plugins: [react(), tailwindcss()],
  resolve: { alias: { "@": here("./app"), "@client": here("./client") } },
  build: {
    outDir: here("../src/parley/web/static"),
    emptyOutDir: true,
    target: "es2022",
    // The budget script reads the manifest to know what a first load fetches.
    manifest: true,
    // Inlined data: URLs would need a wider content security policy.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  server: { proxy: { "/api": process.env.PARLEY_URL ?? "http://localhost:8000" } },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["client/**/*.test.ts", "app/**/*.test.{ts,tsx}"],
          environment: "node",
        },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          include: ["e2e/**/*.test.ts"],
          globalSetup: "e2e/setup.ts",
          environment: "node",
          testTimeout: 240_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
