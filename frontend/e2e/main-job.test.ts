/** The main job in a real browser against a real server: sign up, upload, ask, read the cited answer, come back. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { launch, picture, visit, type Visit } from "./browser";
import {
  ANSWER_MS,
  answered,
  ask,
  chip,
  composer,
  go,
  makeFiles,
  PASSWORD,
  prepare,
  thread,
  uploadInto,
  UPLOAD_MS,
  type Files,
} from "./steps";

const QUESTION = "From how far can the lamp of the lighthouse be seen?";
const ANSWER = /nineteen nautical miles/;

describe("under the server's own content security policy", () => {
  let browser: Browser;
  let files: Files;
  let reader: Visit;

  beforeAll(async () => {
    browser = await launch();
    files = await makeFiles(browser);
    reader = await visit(browser, { baseURL: inject("url"), permissions: ["clipboard-read", "clipboard-write"] });
    await prepare(reader.page, files);
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    await files?.remove();
  });

  test("a question to an uploaded PDF is answered with a citation that leads to its page", async () => {
    const { page } = reader;
    await ask(page, QUESTION);
    await answered(page);
    expect(await thread(page).innerText()).toMatch(ANSWER);
    await chip(page).hover();
    const card = page.getByRole("tooltip").filter({ visible: true });
    await card.waitFor();
    expect(await card.innerText()).toMatch(/Harbour handbook\.pdf/);
    await picture(page, "citation-card");
    await chip(page).click();
    const panel = page.getByRole("complementary", { name: "Source" });
    await panel.locator("[data-marked]").first().waitFor();
    await picture(page, "citation-page");
    await panel.getByRole("button", { name: "Text" }).click();
    const passage = panel.locator("[aria-current] mark");
    await passage.waitFor();
    expect(await passage.innerText()).toMatch(ANSWER);
  });

  test("after a reload the conversation is there, once, and in the list", async () => {
    const { page } = reader;
    await page.reload();
    await answered(page);
    expect(await thread(page).getByRole("heading", { name: QUESTION }).count()).toBe(1);
    expect(await thread(page).getByRole("article").count()).toBe(1);
    const listed = page.getByRole("navigation", { name: "Conversations" }).getByRole("link");
    await listed.first().waitFor();
    expect(await listed.count()).toBe(1);
  });

  test("a reload right after sending loses and doubles nothing", async () => {
    const { page } = reader;
    await ask(page, "What is the fee for a night at the western quay?");
    await thread(page)
      .getByRole("heading", { name: /western quay/ })
      .waitFor();
    // At once: the question may or may not have reached the server.
    await page.reload();
    await thread(page)
      .getByText(/34 euros/)
      .waitFor({ timeout: ANSWER_MS });
    await page.getByRole("button", { name: "Stop" }).waitFor({ state: "detached" });
    expect(await thread(page).getByRole("article").count()).toBe(2);
    expect((await thread(page).innerText()).match(/34 euros/g)).toHaveLength(1);
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
    expect(await thread(page).innerText()).toContain("How often does the bell ring in fog?");
    await picture(page, "unsent");
    await reader.context.setOffline(false);
    // The browser itself reports the connection that was cut for this test.
    problems.splice(0);
    await page.getByRole("button", { name: "Send again" }).click();
    await thread(page)
      .getByText(/twice a minute/)
      .waitFor({ timeout: ANSWER_MS });
    expect(
      await thread(page)
        .getByRole("heading", { name: /bell ring/ })
        .count(),
    ).toBe(1);
  });

  test("a file that cannot be read says why and can be tried again", async () => {
    const { page } = reader;
    const broken = join(files.folder, "broken.pdf");
    await writeFile(broken, "%PDF-1.7\nthis is not the rest of a PDF");
    await go(page, "Documents");
    await page
      .getByRole("navigation", { name: "Collections" })
      .getByRole("link", { name: /Harbour/ })
      .click();
    await page.locator("input[type=file][multiple]").setInputFiles(broken);
    const row = page.getByRole("listitem").filter({ hasText: "broken.pdf" });
    await row.getByRole("button", { name: "Try again" }).waitFor({ timeout: UPLOAD_MS });
    await picture(page, "documents-failed");
  });

  test("a collection that no bot reads says so, and is read after one click", async () => {
    const { page } = reader;
    const notes = join(files.folder, "tides.md");
    await writeFile(notes, "# Tides\n\nHigh water at the pier comes twenty minutes after the tables say.\n");
    await uploadInto(page, "Tides", [notes]);
    await page.getByRole("button", { name: "Let Harbour guide read it" }).click();
    await page.getByText("No bot reads this collection yet").waitFor({ state: "detached" });
    await page.getByRole("navigation", { name: "Conversations" }).getByRole("link").first().click();
    await ask(page, "When does high water come at the pier?");
    await thread(page)
      .getByText(/twenty minutes after the tables/)
      .waitFor({ timeout: ANSWER_MS });
  });

  test("a session whose token has run out renews itself, in two tabs at once", async () => {
    const { page, context } = reader;
    await page.evaluate(() => {
      const session = JSON.parse(localStorage.getItem("parley.session") ?? "{}");
      localStorage.setItem(
        "parley.session",
        JSON.stringify({ ...session, expiresAt: 0, accessToken: `${session.accessToken}x` }),
      );
    });
    const other = await context.newPage();
    await Promise.all([page.reload(), other.goto(page.url())]);
    for (const tab of [page, other])
      await tab.getByRole("navigation", { name: "Conversations" }).getByRole("link").first().waitFor();
    await other.close();
  });

  test("who signs out is back at the door, and comes in again to what was there", async () => {
    const { page } = reader;
    const email = await page.evaluate(
      () => JSON.parse(localStorage.getItem("parley.session") ?? "{}").user.email as string,
    );
    await page.getByRole("button", { name: /^Account of/ }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.getByLabel("E-mail").fill(email);
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("navigation", { name: "Conversations" }).getByRole("link").first().waitFor();
  });

  test("a conversation can be renamed and deleted", async () => {
    const { page, problems } = reader;
    const list = page.getByRole("navigation", { name: "Conversations" });
    await list.getByRole("link").first().hover();
    await list
      .getByRole("button", { name: /^Options for/ })
      .first()
      .click();
    await page.getByRole("menuitem", { name: "Rename" }).click();
    await page.getByRole("dialog").getByLabel("Title").fill("About the harbour");
    await page.getByRole("button", { name: "Save" }).click();
    await list.getByRole("link", { name: "About the harbour" }).waitFor();
    await list.getByRole("button", { name: "Options for About the harbour" }).click();
    await page.getByRole("menuitem", { name: "Delete" }).click();
    await page.getByText("Your conversations will be listed here.").waitFor();
    expect(problems).toEqual([]);
  });
});
