/** Answers that take their time: stopping, scrolling, reloading and leaving while they are written. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { launch, picture, visit, type Visit } from "./browser";
import { HOSTILE_ANSWER, LONG_ANSWER } from "./slow-model";
import { ANSWER_MS, answered, ask, composer, go, makeBot, signUp, thread } from "./steps";

const STOP_MS = 150;

describe.skipIf(!inject("slowModel"))("an answer that streams", () => {
  let browser: Browser;
  let reader: Visit;

  beforeAll(async () => {
    browser = await launch();
    reader = await visit(browser, { baseURL: inject("url") });
    const { page } = reader;
    await signUp(page);
    await makeBot(page, "Slow talker");
    await page.getByLabel("Kind").selectOption("plain");
    await page.getByLabel("Model", { exact: true }).fill("openai:slow");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Version 2").waitFor();
  }, 120_000);

  afterAll(() => browser?.close());

  /** A blank page of the slow bot, and a question under way with some text on the screen. */
  async function begin(page: Page, question: string): Promise<void> {
    await go(page, "Bots");
    await page.getByRole("link", { name: "Chat with Slow talker" }).click();
    await ask(page, question);
    await page.waitForURL(/\/chat\/[0-9a-f-]{36}$/);
  }

  test("stops within 150 ms and keeps its text, also after a reload", async () => {
    const { page } = reader;
    await begin(page, "Tell me about the harbour");
    await thread(page).getByText("Paragraph 2 of").waitFor();
    const tookMs = await page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          const started = performance.now();
          new MutationObserver((_, observer) => {
            if (!document.body.innerText.includes("You stopped this answer.")) return;
            observer.disconnect();
            resolve(performance.now() - started);
          }).observe(document.body, { childList: true, subtree: true, characterData: true });
          document.activeElement?.dispatchEvent(
            new KeyboardEvent("keydown", { key: "Escape", bubbles: true, cancelable: true }),
          );
        }),
    );
    expect(tookMs).toBeLessThan(STOP_MS);
    await thread(page).getByText("Paragraph 2 of").waitFor();
    await page.reload();
    await thread(page).getByText("You stopped this answer.").waitFor();
    await thread(page).getByText("Paragraph 2 of").waitFor();
    expect(await thread(page).getByText("Paragraph 40 of").count()).toBe(0);
  });

  test("never moves a reader who scrolled up, while it grows or when it ends", async () => {
    const { page } = reader;
    await begin(page, "Tell me more about the harbour");
    const heading = thread(page).getByRole("heading", { name: "Tell me more about the harbour" });
    await thread(page).getByText("Paragraph 3 of").waitFor();
    const asked = await heading.boundingBox();
    // On sending, the question stands near the top.
    expect(asked?.y ?? Infinity).toBeLessThan(160);
    await thread(page).getByText("Paragraph 30 of").waitFor({ timeout: ANSWER_MS });
    // Down to the end, where the answer is followed, and up again: from here on nothing may move.
    await thread(page).hover();
    await page.mouse.wheel(0, 4_000);
    await thread(page).getByText("Paragraph 32 of").waitFor({ timeout: ANSWER_MS });
    await page.mouse.wheel(0, -300);
    await page.waitForTimeout(100);
    const paragraph = thread(page).getByText("Paragraph 15 of");
    const before = await paragraph.boundingBox();
    expect(await thread(page).evaluate((element) => element.scrollTop)).toBeGreaterThan(100);
    expect(await page.getByRole("button", { name: "Stop" }).isVisible()).toBe(true);
    await answered(page);
    expect(await paragraph.boundingBox()).toEqual(before);
    await picture(page, "scrolled-up");
  });

  test("is said to a screen reader once, at its end", async () => {
    const { page } = reader;
    await page.evaluate(() => {
      const region = document.querySelector("[role=status][aria-live=polite]");
      const said: string[] = [];
      Object.assign(globalThis, { said });
      new MutationObserver(() => region?.textContent && said.push(region.textContent)).observe(region as Node, {
        childList: true,
        subtree: true,
        characterData: true,
      });
    });
    await begin(page, "And once more about the harbour");
    await answered(page);
    await page.waitForFunction(() => (globalThis as unknown as { said: string[] }).said.length > 0);
    const said = await page.evaluate(() => (globalThis as unknown as { said: string[] }).said);
    expect(said).toHaveLength(1);
    expect(said[0]).toContain("Paragraph 1 of");
    expect(await thread(page).getAttribute("aria-live")).toBe("off");
  });

  test("goes on without the page that asked for it, and is there once, whole", async () => {
    const { context } = reader;
    const first = await context.newPage();
    await first.goto("/");
    await begin(first, "What goes on without me?");
    await thread(first).getByText("Paragraph 2 of").waitFor();
    const address = first.url();
    await first.close();
    const second = await context.newPage();
    await second.goto(address);
    await thread(second).getByText("Paragraph 4 of").waitFor();
    await second.reload();
    await answered(second);
    const shown = await thread(second).locator(".prose").innerText();
    expect(shown.replace(/\n+/g, "\n\n")).toBe(LONG_ANSWER);
    await second.close();
  });

  test("never becomes anything but text, whatever the model writes", async () => {
    const { page } = reader;
    await begin(page, "Write something hostile");
    await answered(page);
    const answer = thread(page).locator(".prose");
    expect(await answer.locator("img, script, iframe, [onerror]").count()).toBe(0);
    expect(await answer.locator("a").evaluateAll((links) => links.map((link) => link.getAttribute("href")))).toEqual([
      "https://example.org/",
    ]);
    expect(await answer.locator("table td").allInnerTexts()).toEqual(["1", "2"]);
    expect(await answer.innerText()).toContain(HOSTILE_ANSWER.split("\n")[0]);
    expect(await page.title()).not.toContain("owned");
    await picture(page, "hostile");
  });

  test("leaves the composer to the next question, and the console empty", async () => {
    const { page, problems } = reader;
    await page.keyboard.press("Tab");
    await page.locator("body").click({ position: { x: 900, y: 20 } });
    await page.keyboard.press("/");
    expect(await composer(page).evaluate((element) => element === document.activeElement)).toBe(true);
    await page.keyboard.type("one");
    await page.keyboard.press("Shift+Enter");
    await page.keyboard.type("two");
    expect(await composer(page).inputValue()).toBe("one\ntwo");
    await composer(page).fill("");
    expect(problems).toEqual([]);
  });
});
