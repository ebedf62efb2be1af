/** What a person does with the app, step by step. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { printPdf } from "./browser";

export const PASSWORD = "a long enough pass phrase";
export const UPLOAD_MS = 90_000;
export const ANSWER_MS = 60_000;

export interface Files {
  folder: string;
  pdf: string;
  remove: () => Promise<void>;
}

/** `PARLEY_PDF`, where it is set, is uploaded beside the handbook the questions are about. */
export async function makeFiles(browser: Browser): Promise<Files> {
  const folder = await mkdtemp(join(tmpdir(), "parley-e2e-files-"));
  const pdf = join(folder, "Harbour handbook.pdf");
  await printPdf(browser, pdf);
  return { folder, pdf, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Signs up, as the owner where the server is fresh, and waits for the first screen. */
export async function signUp(page: Page): Promise<void> {
  await page.goto("/");
  const name = page.getByLabel("Your name");
  await name
    .or(page.getByRole("button", { name: "Create account" }))
    .first()
    .waitFor();
  if (!(await name.isVisible())) await page.getByRole("button", { name: "Create account" }).click();
  await name.fill("Test Reader");
  await page.getByLabel("E-mail").fill(`reader-${Date.now()}-${Math.random().toString(36).slice(2)}@example.org`);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: /Create (account|the owner's account)/ }).click();
  await page.waitForURL(/\/w\/[0-9a-f-]{36}\/chat/);
}

/** A collection with the file in it, read and ready. */
export async function uploadInto(page: Page, collection: string, uploads: string[]): Promise<void> {
  await go(page, "Documents");
  await page.getByRole("button", { name: "New collection" }).first().click();
  await page.getByLabel("Name", { exact: true }).fill(collection);
  await page.getByRole("button", { name: "Create collection" }).click();
  await page.getByRole("region", { name: collection }).waitFor();
  await page.locator("input[type=file][multiple]").setInputFiles(uploads);
  await page
    .locator("li[data-state=ready]")
    .nth(uploads.length - 1)
    .waitFor({ timeout: UPLOAD_MS });
}

/** Without a collection the bot reads nothing. */
export async function makeBot(page: Page, name: string, collection?: string): Promise<void> {
  await go(page, "Bots");
  await page.getByRole("button", { name: "New bot" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: true }).fill(name);
  for (const box of await dialog.getByRole("checkbox").all()) await box.uncheck();
  if (collection) await dialog.getByLabel(new RegExp(collection)).check();
  await dialog.getByRole("button", { name: "Create bot" }).click();
  await page.getByRole("heading", { level: 1, name }).waitFor();
}

export const composer = (page: Page): Locator => page.getByRole("textbox", { name: "Your question" });
export const thread = (page: Page): Locator => page.getByRole("log");
export const chip = (page: Page): Locator =>
  page
    .getByRole("log")
    .getByRole("button", { name: /^Source 1:/ })
    .first();

export async function ask(page: Page, question: string): Promise<void> {
  await composer(page).fill(question);
  await composer(page).press("Enter");
}

export async function answered(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Copy the answer" }).last().waitFor({ timeout: ANSWER_MS });
}

/** Goes where the side bar leads. */
export async function go(page: Page, place: "Bots" | "Documents" | "New chat"): Promise<void> {
  await page.getByRole("navigation", { name: "Places" }).getByRole("link", { name: place }).click();
}

/** A new account with a bot that reads the PDF, and its blank page open. */
export async function prepare(page: Page, { pdf }: Files): Promise<void> {
  await signUp(page);
  await uploadInto(page, "Harbour", [pdf, ...(process.env.PARLEY_PDF ? [process.env.PARLEY_PDF] : [])]);
  await makeBot(page, "Harbour guide", "Harbour");
  await go(page, "Bots");
  await page.getByRole("link", { name: "Chat with Harbour guide" }).click();
}
