/** The main job in a real browser against a real server: sign up, upload, ask, read the cited answer, come back. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectAccessible, launch, picture, printPdf, visit, type Visit } from "./browser";
import { startServer, type Server } from "./server";

const QUESTION = "From how far can the lamp of the lighthouse be seen?";
const ANSWER = /nineteen nautical miles/;
const UPLOAD_MS = 90_000;
const ANSWER_MS = 60_000;

let server: Server;
let browser: Browser;
let files: string;
let pdf: string;

beforeAll(async () => {
  [server, browser, files] = await Promise.all([startServer(), launch(), mkdtemp(join(tmpdir(), "parley-e2e-files-"))]);
  pdf = join(files, "Harbour handbook.pdf");
  await printPdf(browser, pdf);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  if (files) await rm(files, { recursive: true, force: true });
});

/** Signs up, as the owner where the server is fresh, and waits for the first screen. */
async function signUp(page: Page): Promise<void> {
  await page.goto("/");
  const name = page.getByLabel("Your name");
  await name.or(page.getByRole("button", { name: "Create account" })).first().waitFor();
  if (!(await name.isVisible())) await page.getByRole("button", { name: "Create account" }).click();
  await name.fill("Test Reader");
  await page.getByLabel("E-mail").fill(`reader-${Date.now()}-${Math.random().toString(36).slice(2)}@example.org`);
  await page.getByLabel("Password").fill("a long enough pass phrase");
  await page.getByRole("button", { name: /Create (account|the owner's account)/ }).click();
  await page.waitForURL(/\/w\/[0-9a-f-]{36}\/chat/);
}

/** A collection with the file in it, read and ready. */
async function uploadInto(page: Page, collection: string, file: string): Promise<void> {
  await page.getByRole("navigation", { name: "Places" }).getByRole("link", { name: "Documents" }).click();
  await page.getByRole("button", { name: "New collection" }).first().click();
  await page.getByLabel("Name", { exact: true }).fill(collection);
  await page.getByRole("button", { name: "Create collection" }).click();
  await page.getByRole("region", { name: collection }).waitFor();
  await page.locator("input[type=file]").setInputFiles(file);
  await page.locator("li[data-state=ready]").waitFor({ timeout: UPLOAD_MS });
}

async function makeBot(page: Page, name: string, collection: string): Promise<void> {
  await page.getByRole("navigation", { name: "Places" }).getByRole("link", { name: "Bots" }).click();
  await page.getByRole("button", { name: "New bot" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: true }).fill(name);
  for (const box of await dialog.getByRole("checkbox").all()) await box.uncheck();
  await dialog.getByLabel(new RegExp(collection)).check();
  await dialog.getByRole("button", { name: "Create bot" }).click();
  await page.getByRole("heading", { level: 1, name }).waitFor();
}

const composer = (page: Page) => page.getByRole("textbox", { name: "Your question" });
const chip = (page: Page) => page.getByRole("log").getByRole("button", { name: /^Source 1:/ }).first();

async function ask(page: Page, question: string): Promise<void> {
  await composer(page).fill(question);
  await composer(page).press("Enter");
}

async function answered(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Copy the answer" }).last().waitFor({ timeout: ANSWER_MS });
}

async function prepare(page: Page): Promise<void> {
  await signUp(page);
  await uploadInto(page, "Harbour", pdf);
  await makeBot(page, "Harbour guide", "Harbour");
  await page.getByRole("navigation", { name: "Places" }).getByRole("link", { name: "Bots" }).click();
  await page.getByRole("link", { name: "Chat with Harbour guide" }).click();
}

describe("under the server's own content security policy", () => {
  let reader: Visit;
  beforeAll(async () => {
    reader = await visit(browser, { baseURL: server.url, permissions: ["clipboard-read", "clipboard-write"] });
    await prepare(reader.page);
  }, 180_000);
  afterAll(() => reader?.context.close());

  test("a question to an uploaded PDF is answered with a citation that leads to its page", async () => {
    const { page } = reader;
    await ask(page, QUESTION);
    await answered(page);
    expect(await page.getByRole("log").innerText()).toMatch(ANSWER);
    await chip(page).hover();
    const card = page.getByRole("tooltip").filter({ visible: true });
    await card.waitFor();
    expect(await card.innerText()).toMatch(/Harbour handbook\.pdf/);
    await picture(page, "citation-card");
    await chip(page).click();
    const passage = page.getByRole("complementary", { name: "Source" }).locator("[aria-current] mark");
    await passage.waitFor();
    expect(await passage.innerText()).toMatch(ANSWER);
    await picture(page, "citation-passage");
  });

  test("after a reload the conversation is there, once, and in the list", async () => {
    const { page } = reader;
    await page.reload();
    await answered(page);
    expect(await page.getByRole("log").getByRole("heading", { name: QUESTION }).count()).toBe(1);
    expect(await page.getByRole("log").getByRole("article").count()).toBe(1);
    const listed = page.getByRole("navigation", { name: "Conversations" }).getByRole("link");
    await listed.first().waitFor();
    expect(await listed.count()).toBe(1);
  });

  test("a reload while the answer runs loses and doubles nothing", async () => {
    const { page } = reader;
    await ask(page, "What is the fee for a night at the western quay?");
    await page.getByRole("log").getByRole("heading", { name: /western quay/ }).waitFor();
    await page.waitForURL(/\/chat\/[0-9a-f-]{36}$/);
    await page.reload();
    await answered(page);
    await page.getByRole("log").getByText(/34 euros/).waitFor();
    expect(await page.getByRole("log").getByRole("article").count()).toBe(2);
    expect((await page.getByRole("log").innerText()).match(/34 euros/g)).toHaveLength(1);
  });

  test("a draft is kept across a reload", async () => {
    const { page } = reader;
    await composer(page).fill("What about fog");
    await page.reload();
    await composer(page).waitFor();
    expect(await composer(page).inputValue()).toBe("What about fog");
    await composer(page).fill("");
  });

  test("a question that could not be sent keeps its text, and sending it again asks once", async () => {
    const { page, problems } = reader;
    await reader.context.setOffline(true);
    await ask(page, "How often does the bell ring in fog?");
    await page.getByRole("button", { name: "Send again" }).waitFor();
    expect(await page.getByRole("log").innerText()).toContain("How often does the bell ring in fog?");
    await picture(page, "unsent");
    await reader.context.setOffline(false);
    // The browser itself reports the connection that was cut for this test.
    problems.splice(0);
    await page.getByRole("button", { name: "Send again" }).click();
    await page.getByRole("log").getByText(/twice a minute/).waitFor({ timeout: ANSWER_MS });
    expect(await page.getByRole("log").getByRole("heading", { name: /bell ring/ }).count()).toBe(1);
  });

  test("a file that cannot be read says why and can be tried again", async () => {
    const { page } = reader;
    const broken = join(files, "broken.pdf");
    await writeFile(broken, "%PDF-1.7\nthis is not the rest of a PDF");
    await page.getByRole("navigation", { name: "Places" }).getByRole("link", { name: "Documents" }).click();
    await page.getByRole("navigation", { name: "Collections" }).getByRole("link", { name: /Harbour/ }).click();
    await page.locator("input[type=file]").setInputFiles(broken);
    const row = page.getByRole("listitem").filter({ hasText: "broken.pdf" });
    await row.getByRole("button", { name: "Try again" }).waitFor({ timeout: UPLOAD_MS });
    await picture(page, "documents-failed");
  });

  test("a conversation can be renamed and deleted", async () => {
    const { page, problems } = reader;
    const list = page.getByRole("navigation", { name: "Conversations" });
    await list.getByRole("link").first().hover();
    await list.getByRole("button", { name: /^Options for/ }).first().click();
    await page.getByRole("menuitem", { name: "Rename" }).click();
    await page.getByRole("dialog").getByLabel("Title").fill("About the harbour");
    await page.getByRole("button", { name: "Save" }).click();
    await list.getByRole("link", { name: "About the harbour" }).waitFor();
    await list.getByRole("button", { name: "Options for About the harbour" }).click();
    await page.getByRole("menuitem", { name: "Delete" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await page.getByText("Your conversations will be listed here.").waitFor();
    expect(problems).toEqual([]);
  });
});

describe("for everyone", () => {
  test("every screen passes axe in both themes", async () => {
    const { page, context, problems } = await visit(browser, { baseURL: server.url, bypassCSP: true });
    const go = (name: string): Promise<void> => page.getByRole("navigation", { name: "Places" }).getByRole("link", { name }).click();
    await page.goto("/");
    await page.getByLabel("Password").waitFor();
    await expectAccessible(page, "sign-in");
    await prepare(page);
    await composer(page).waitFor();
    await expectAccessible(page, "chat-blank");
    await ask(page, QUESTION);
    await answered(page);
    await expectAccessible(page, "chat-answer");
    await chip(page).click();
    await page.locator("[aria-current] mark").waitFor();
    await expectAccessible(page, "chat-source");
    await go("Bots");
    await page.getByRole("link", { name: "Configure Harbour guide" }).waitFor();
    await expectAccessible(page, "bots");
    await page.getByRole("link", { name: "Configure Harbour guide" }).click();
    await page.getByRole("heading", { level: 1, name: "Harbour guide" }).waitFor();
    await expectAccessible(page, "bot");
    await go("Documents");
    await page.getByRole("navigation", { name: "Collections" }).getByRole("link", { name: /Harbour/ }).click();
    await page.locator("li[data-state=ready]").waitFor();
    await expectAccessible(page, "documents");
    await page.getByRole("button", { name: /^Workspace / }).click();
    await expectAccessible(page, "workspace-menu");
    await page.getByRole("menuitem", { name: "Workspace settings" }).click();
    await page.getByRole("heading", { name: "Members" }).waitFor();
    await expectAccessible(page, "settings");
    await page.getByRole("button", { name: /^Account of/ }).click();
    await page.getByRole("menuitem", { name: "Profile" }).click();
    await page.getByRole("heading", { name: "Profile" }).waitFor();
    await expectAccessible(page, "profile");
    expect(problems).toEqual([]);
    await context.close();
  });

  test("a screen 320 pixels wide scrolls only downward", async () => {
    const { page, context } = await visit(browser, { baseURL: server.url, bypassCSP: true, viewport: { width: 320, height: 640 } });
    await signUp(page);
    for (const path of ["chat", "bots", "documents", "settings", "profile"]) {
      await page.goto(`${page.url().replace(/(\/w\/[^/]+).*/, "$1")}/${path}`);
      await page.locator("main h1").first().waitFor({ state: "attached" });
      await page.waitForLoadState("networkidle");
      await expectAccessible(page, `narrow-${path}`);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
    }
    await page.getByRole("button", { name: "Open the side bar" }).click();
    await page.getByRole("link", { name: "New chat" }).waitFor();
    await expectAccessible(page, "narrow-side-bar");
    await context.close();
  });
});
