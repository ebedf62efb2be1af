/** A real Chromium against a real server: its errors are collected, its screens checked for accessibility. */
import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";
import { expect } from "vitest";

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`Set ${name}: npm run e2e needs PARLEY_URL, PARLEY_PDF and CHROMIUM_PATH.`);
  return value;
}

export const url = required("PARLEY_URL").replace(/\/$/, "");
export const pdf = required("PARLEY_PDF");
const executablePath = required("CHROMIUM_PATH");
/** A folder for pictures of every screen; nothing is kept without it. */
const pictures = process.env.PARLEY_SCREENSHOTS;

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

export const launch = (): Promise<Browser> => chromium.launch({ executablePath, args: QUIET });

export interface Visit {
  context: BrowserContext;
  page: Page;
  /** Console errors, page errors and refused requests so far. */
  problems: string[];
}

/** `bypassCSP` is for axe alone, which has to be injected; everything else runs under the server's policy. */
export async function visit(browser: Browser, options: Parameters<Browser["newContext"]>[0] = {}): Promise<Visit> {
  const context = await browser.newContext({ baseURL: url, viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(`console: ${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => problems.push(`page: ${error.message}`));
  return { context, page, problems };
}

interface Violation {
  id: string;
  impact: string;
  nodes: { html: string; failureSummary: string }[];
}

/** Both themes of the screen as it stands must pass every rule of axe. */
export async function expectAccessible(page: Page, name: string): Promise<void> {
  for (const theme of ["light", "dark"]) {
    await page.evaluate((value) => {
      document.documentElement.dataset.theme = value;
    }, theme);
    await page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => undefined).then(() => undefined)).slice(0, 0)));
    await page.waitForTimeout(250);
    await picture(page, `${name}-${theme}`);
    if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe);
    const violations = (await page.evaluate("axe.run(document, { resultTypes: ['violations'] }).then((result) => result.violations)")) as Violation[];
    const told = violations.map(({ id, impact, nodes }) => `${id} (${impact}): ${nodes.map((node) => `${node.html} ${node.failureSummary}`).join("\n")}`);
    expect(told, `${name}, ${theme}`).toEqual([]);
  }
}

export async function picture(page: Page, name: string): Promise<void> {
  if (!pictures) return;
  await mkdir(pictures, { recursive: true });
  await page.screenshot({ path: `${pictures}/${name}.png` });
}
