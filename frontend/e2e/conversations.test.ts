/** Branches, ratings, receipts, search, sharing and undo, in a real browser against a real server. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { expectAccessible, launch, visit, type Visit } from "./browser";
import { answered, ask, composer, makeFiles, prepare, signUp, thread, type Files } from "./steps";

const QUESTION = "From how far can the lamp of the lighthouse be seen?";
const EDITED = "How far does the lamp of the lighthouse reach?";

const questions = (page: Page) => thread(page).getByRole("heading", { level: 2 });
const openMenu = async (page: Page, item: string): Promise<void> => {
  await page
    .getByRole("main")
    .getByRole("button", { name: /^Options for/ })
    .click();
  await page.getByRole("menuitem", { name: item }).click();
};

describe("a conversation", () => {
  let browser: Browser;
  let files: Files;
  let reader: Visit;

  beforeAll(async () => {
    browser = await launch();
    files = await makeFiles(browser);
    reader = await visit(browser, { baseURL: inject("url"), bypassCSP: true });
    await prepare(reader.page, files);
    await ask(reader.page, QUESTION);
    await answered(reader.page);
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    await files?.remove();
  });

  test("↑ in the empty field edits the last question, Esc leaves it as it was", async () => {
    const { page } = reader;
    await composer(page).press("ArrowUp");
    const field = page.getByRole("textbox", { name: "Edit the question" });
    await field.waitFor();
    expect(await field.inputValue()).toBe(QUESTION);
    await expectAccessible(page, "chat-edit");
    await field.press("Escape");
    await questions(page).getByText(QUESTION).waitFor();
  });

  test("an edited question makes a branch, and both can be walked between, also after a reload", async () => {
    const { page } = reader;
    await composer(page).press("ArrowUp");
    const field = page.getByRole("textbox", { name: "Edit the question" });
    await field.fill(EDITED);
    await field.press("Enter");
    await page.getByRole("group", { name: "Versions of the question" }).getByText("2/2").waitFor();
    expect(await questions(page).allInnerTexts()).toEqual([EDITED]);
    await page.getByRole("button", { name: "The one before" }).click();
    await questions(page).getByText(QUESTION).waitFor();
    expect(await thread(page).getByRole("article").count()).toBe(1);
    await page.reload();
    await page.getByRole("group", { name: "Versions of the question" }).getByText("1/2").waitFor();
    await questions(page).getByText(QUESTION).waitFor();
  });

  test("answering again keeps the old answer beside the new one", async () => {
    const { page } = reader;
    await page.getByRole("button", { name: "More", exact: true }).click();
    await page.getByRole("menuitem", { name: "Answer again" }).click();
    const walker = page.getByRole("group", { name: "Versions of the answer" });
    await walker.getByText("2/2").waitFor();
    expect(await questions(page).allInnerTexts()).toEqual([QUESTION]);
    await walker.getByRole("button", { name: "The one before" }).click();
    await walker.getByText("1/2").waitFor();
  });

  test("a bad answer is rated with a reason, which outlives a reload and can be taken back", async () => {
    const { page } = reader;
    const bad = page.getByRole("button", { name: "Bad answer" });
    await bad.click();
    const dialog = page.getByRole("dialog", { name: "What was wrong?" });
    await dialog.getByText("Something is missing").click();
    await expectAccessible(page, "rating");
    await dialog.getByRole("button", { name: "Send" }).click();
    await dialog.waitFor({ state: "detached" });
    await page.reload();
    await page.locator("button[aria-pressed=true]", { hasText: "" }).waitFor();
    await page.getByRole("button", { name: "Bad answer", pressed: true }).click();
    await page.getByRole("button", { name: "Bad answer", pressed: false }).waitFor();
  });

  test("the receipt says what was searched for and found", async () => {
    const { page } = reader;
    await page.getByRole("button", { name: "More", exact: true }).click();
    await page.getByRole("menuitem", { name: "Why this answer?" }).click();
    const panel = page.getByRole("dialog", { name: "Why this answer" });
    const search = panel.getByRole("region", { name: "Searched for" });
    await search.getByText(QUESTION).waitFor();
    await search
      .getByText(/Harbour handbook\.pdf/)
      .first()
      .waitFor();
    await expectAccessible(page, "receipt");
    await page.keyboard.press("Escape");
    await panel.waitFor({ state: "detached" });
  });

  test("Ctrl+K finds what was said, with the hit shown, and opens it", async () => {
    const { page } = reader;
    await page.getByRole("link", { name: "New chat" }).click();
    await page.keyboard.press("Control+k");
    const field = page.getByRole("combobox", { name: "Search and go to" });
    await field.pressSequentially("lighthouse");
    await page
      .getByRole("option", { name: /nautical miles|lamp/ })
      .first()
      .waitFor();
    await expectAccessible(page, "palette");
    await field.press("ArrowUp");
    await field.press("Enter");
    await questions(page).getByText(QUESTION).waitFor();
  });

  test("Esc closes a citation's card, and the next one what lies over the page", async () => {
    const { page } = reader;
    await thread(page)
      .getByRole("button", { name: /^Source/ })
      .first()
      .hover();
    await page.getByRole("tooltip").filter({ visible: true }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("tooltip").filter({ visible: true }).waitFor({ state: "detached" });
    await page.keyboard.press("Control+k");
    const palette = page.getByRole("dialog", { name: "Search and go to" });
    await palette.waitFor();
    await page.keyboard.press("Escape");
    await palette.waitFor({ state: "detached" });
  });

  test("? lists the keys", async () => {
    const { page } = reader;
    await thread(page).focus();
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keyboard" }).getByText("Stop the answer").waitFor();
    await expectAccessible(page, "keys");
    await page.keyboard.press("Escape");
  });

  test("a pinned conversation stands first in the list", async () => {
    const { page } = reader;
    await openMenu(page, "Pin");
    const list = page.getByRole("navigation", { name: "Conversations" });
    await list.getByRole("heading", { name: "Pinned" }).waitFor();
    expect(await list.getByRole("link").count()).toBe(1);
  });

  test("a shared link opens for a member, not for a stranger, and for nobody once revoked", async () => {
    const { page } = reader;
    await openMenu(page, "Share");
    await page.getByRole("button", { name: "Make a link" }).click();
    const link = await page.getByRole("textbox", { name: "Link" }).inputValue();
    await expectAccessible(page, "share");
    const member = await page.context().newPage();
    await member.goto(link);
    await member.getByRole("heading", { name: QUESTION, level: 2 }).waitFor();
    await expectAccessible(member, "shared");

    const stranger = await visit(browser, { baseURL: inject("url"), bypassCSP: true });
    await signUp(stranger.page);
    await stranger.page.goto(link);
    await stranger.page.getByRole("heading", { name: "This link does not work" }).waitFor();
    expect(await stranger.page.innerText("body")).not.toMatch(/lighthouse/);
    await stranger.context.close();

    await page.getByRole("button", { name: "Revoke the link" }).click();
    await page.getByRole("button", { name: "Revoke the link" }).waitFor({ state: "detached" });
    await member.reload();
    await member.getByRole("heading", { name: "This link does not work" }).waitFor();
    await member.close();
    await page.keyboard.press("Escape");
  });

  test("it is saved as Markdown with its sources", async () => {
    const { page } = reader;
    const download = page.waitForEvent("download");
    await openMenu(page, "Save as Markdown");
    expect((await download).suggestedFilename()).toMatch(/\.md$/);
  });

  test("a deleted conversation is gone at once, and undo brings it back", async () => {
    const { page } = reader;
    await openMenu(page, "Delete");
    const list = page.getByRole("navigation", { name: "Conversations" });
    await list.getByRole("link").first().waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Undo" }).click();
    await list.getByRole("link").first().click();
    await questions(page).getByText(QUESTION).waitFor();
  });

  test("a delete that is not taken back is carried out when the page is left", async () => {
    const { page } = reader;
    await openMenu(page, "Delete");
    await page.getByRole("button", { name: "Undo" }).waitFor();
    await page.reload();
    await page.getByText("Your conversations will be listed here.").waitFor();
  });
});
