/** Documents in the web app: pasted text, access lists, new versions, bulk actions and the search playground. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { expectAccessible, launch, visit, type Visit } from "./browser";
import { ask, answered, chip, go, makeFiles, prepare, UPLOAD_MS, type Files } from "./steps";

const QUESTION = "From how far can the lamp of the lighthouse be seen?";

describe("an editor", () => {
  let browser: Browser;
  let files: Files;
  let editor: Visit;

  const openCollection = async (): Promise<void> => {
    await go(editor.page, "Documents");
    await editor.page
      .getByRole("navigation", { name: "Collections" })
      .getByRole("link", { name: /Harbour/ })
      .click();
  };

  const askBot = async (question: string): Promise<void> => {
    await go(editor.page, "Bots");
    await editor.page.getByRole("link", { name: "Chat with Harbour guide" }).click();
    await ask(editor.page, question);
    await answered(editor.page);
  };

  beforeAll(async () => {
    browser = await launch();
    files = await makeFiles(browser);
    editor = await visit(browser, { baseURL: inject("url"), bypassCSP: true });
    await prepare(editor.page, files);
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    await files?.remove();
  });

  test("pastes a text, which is read like a file", async () => {
    const { page } = editor;
    await openCollection();
    await page.getByRole("button", { name: "Paste a text" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("Tides");
    await dialog.getByLabel("Text").fill("High water comes twelve minutes after the bell of the old mill.");
    await expectAccessible(page, "paste-text");
    await dialog.getByRole("button", { name: "Add" }).click();
    await page.locator("li[data-state=ready]", { hasText: "Tides" }).waitFor({ timeout: UPLOAD_MS });
  });

  test("is told why an address of the inner network is not fetched", async () => {
    const { page } = editor;
    await page.getByRole("button", { name: "Add a web page" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Address of the page").fill("http://127.0.0.1:9/secret");
    await dialog.getByRole("button", { name: "Add" }).click();
    await page
      .getByText(/PARLEY_IMPORT_ALLOWED_HOSTS/)
      .first()
      .waitFor({ timeout: UPLOAD_MS });
  });

  test("sees in the playground why a passage was found, and saves the tuning for a bot", async () => {
    const { page } = editor;
    await page.keyboard.press("Escape");
    await openCollection();
    await page.getByRole("link", { name: "Try a search" }).click();
    await page.getByRole("searchbox", { name: "A question" }).fill(QUESTION);
    await page.keyboard.press("Enter");
    const first = page.getByRole("region", { name: "Passages" }).getByRole("listitem").first();
    await first.locator("mark", { hasText: "lamp" }).first().waitFor();
    expect(await first.innerText()).toMatch(/Words \(BM25\)\s+no\. 1/);
    await page.getByRole("slider", { name: /Meaning beside words/ }).fill("4");
    await page.getByRole("slider", { name: "Meaning beside words: 20%" }).waitFor();
    await page.getByRole("button", { name: "Save for a bot" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Bot").selectOption({ label: "Harbour guide" });
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByText(/Harbour guide searches this way from version 2 on/).waitFor();
  });

  test("gives a document to some only, and it says so", async () => {
    const { page } = editor;
    await openCollection();
    await page.getByRole("button", { name: "Options for Tides" }).click();
    await page.getByRole("menuitem", { name: "Who may read" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Only these").check();
    await dialog.getByLabel(/Test Reader/).check();
    await expectAccessible(page, "access");
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.locator("li", { hasText: "Tides" }).getByRole("img", { name: "Only some may read it" }).waitFor();
  });

  test("replaces a document, and an answer made before says that it has changed", async () => {
    const { page } = editor;
    const file = join(files.folder, "Signals.txt");
    await writeFile(file, "The bell of the northern pier is rung eleven times in fog.\n");
    await openCollection();
    await page.locator("input[type=file][multiple]").setInputFiles(file);
    await page.locator("li[data-state=ready]", { hasText: "Signals.txt" }).waitFor({ timeout: UPLOAD_MS });
    await askBot("How often is the bell of the northern pier rung in fog?");
    const answer = page.url();
    await openCollection();
    await writeFile(file, "Ships are guided by a horn since last spring.\n");
    await page.locator("li", { hasText: "Signals.txt" }).getByLabel("Replace the content").setInputFiles(file);
    await page.locator("li[data-state=ready]", { hasText: "version 2" }).waitFor({ timeout: UPLOAD_MS });
    await page.goto(answer);
    await answered(page);
    await chip(page).click();
    await page.getByText(/The document has changed since this answer/).waitFor();
    await page.getByText(/guided by a horn/).waitFor();
  });

  test("deletes a document, and an answer made before says that it is gone", async () => {
    const { page } = editor;
    await askBot(QUESTION);
    const answer = page.url();
    await openCollection();
    await page.getByRole("button", { name: "Options for Harbour handbook.pdf" }).click();
    await page.getByRole("menuitem", { name: "Delete" }).click();
    await page.getByRole("button", { name: "Undo" }).waitFor();
    // Leaving the page carries it out.
    await page.goto(answer);
    await answered(page);
    await chip(page).click();
    await page.getByText("This document was removed, or is not yours to read any more.").waitFor();
  });

  test("finds by name, and deletes many at once", async () => {
    const { page } = editor;
    await openCollection();
    await page.getByRole("searchbox", { name: "Find by name" }).fill("tid");
    await page.getByRole("checkbox", { name: "Choose Tides" }).check();
    await page.getByText("1 document chosen").waitFor();
    await page.getByRole("button", { name: "Delete", exact: true }).click();
    await page.getByText("1 document is deleted.").waitFor();
    await page.getByText("No document fits.").waitFor();
  });
});
