/** A real Chromium: its errors are collected, its screens checked for accessibility in both themes. */
import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from "playwright-core";
import { expect } from "vitest";

/** A folder for pictures of every screen; nothing is kept without it. */
const pictures = process.env.PARLEY_SCREENSHOTS;

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const QUIET = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export function launch(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM_PATH;
  if (!executablePath) throw new Error("Set CHROMIUM_PATH to a Chromium: the end-to-end tests drive a real one.");
  return chromium.launch({ executablePath, args: QUIET });
}

export interface Visit {
  context: BrowserContext;
  page: Page;
  /** What went wrong in the page so far: errors in the console, exceptions. */
  problems: string[];
}

export async function visit(browser: Browser, options: BrowserContextOptions): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(`console: ${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => problems.push(`page: ${error.message}`));
  return { context, page, problems };
}

/** A PDF as a browser prints it, two pages with text. */
export async function printPdf(browser: Browser, path: string): Promise<void> {
  const page = await browser.newPage();
  await page.setContent(`
    <h1>Harbour handbook</h1>
    <h2>Mooring</h2>
    <p>Visiting boats moor at the western quay. The fee for a night at the western quay is 34 euros, water included.</p>
    <p>A mooring is kept until noon. Whoever comes later asks the harbour master for another place.</p>
    <h2 style="break-before: page">The lighthouse</h2>
    <p>The lighthouse keeper lights the lamp at dusk. The lamp of the lighthouse can be seen from nineteen nautical miles.</p>
    <p>In fog the bell rings twice a minute until the fog has lifted.</p>`);
  await page.pdf({ path, format: "A4" });
  await page.close();
}

interface Violation {
  id: string;
  impact: string;
  nodes: { html: string; failureSummary: string }[];
}

/** The screen as it stands passes every rule of axe, in both themes. Needs a context with `bypassCSP`. */
export async function expectAccessible(page: Page, name: string): Promise<void> {
  await page.evaluate(axe);
  for (const theme of ["light", "dark"]) {
    await page.evaluate((value) => (document.documentElement.dataset.theme = value), theme);
    await settled(page);
    await picture(page, `${name}-${theme}`);
    const found = (await page.evaluate("axe.run().then((result) => result.violations)")) as Violation[];
    const told = found.map(
      ({ id, impact, nodes }) =>
        `${id} (${impact}): ${nodes.map((node) => `${node.html} ${node.failureSummary}`).join("\n")}`,
    );
    expect(told, `${name}, ${theme}`).toEqual([]);
  }
}

/** Colours that are still changing would be judged half-way. */
async function settled(page: Page): Promise<void> {
  await page.waitForFunction(() =>
    document
      .getAnimations()
      .every(({ effect, playState }) => playState !== "running" || effect?.getComputedTiming().endTime === Infinity),
  );
}

export async function picture(page: Page, name: string): Promise<void> {
  if (!pictures) return;
  await mkdir(pictures, { recursive: true });
  await page.screenshot({ path: `${pictures}/${name}.png` });
}
