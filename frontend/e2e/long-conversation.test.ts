/** A conversation too long to be in the page all at once. */
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import type { Browser, Page } from "playwright-core";
import { launch, visit } from "./browser";
import { answered, ask, makeBot, signUp, thread } from "./steps";

/** One more, and the thread is virtual. */
const EXCHANGES = 30;
const MOST_NODES = 1_000;

let browser: Browser;
beforeAll(async () => void (browser = await launch()));
afterAll(() => browser?.close());

/** Asks through the API, in the name of who is signed in, and gives the conversation's address. */
async function talk(page: Page, times: number): Promise<string> {
  return page.evaluate(async (count) => {
    const { accessToken } = JSON.parse(localStorage.getItem("parley.session") ?? "{}");
    const botId = location.pathname.split("/").at(-1);
    let conversation: string | undefined;
    for (let number = 1; number <= count; number++) {
      const reply = await fetch("/api/v1/chat", {
        method: "POST",
        headers: { Authorization: `Bearer ${accessToken}`, "Content-Type": "application/json" },
        body: JSON.stringify({ bot_id: botId, message: `Question number ${number}`, conversation_id: conversation }),
      });
      conversation = (await reply.json()).conversation_id;
    }
    return location.pathname.replace(/bots\/.*/, `chat/${conversation}`);
  }, times);
}

test("opens at its end, keeps the page small, and reaches back to its first question", async () => {
  const { page, problems } = await visit(browser, { baseURL: inject("url") });
  await signUp(page);
  await makeBot(page, "Talker");
  await page.goto(await talk(page, EXCHANGES));
  const question = (number: number) =>
    thread(page).getByRole("heading", { name: `Question number ${number}`, exact: true });
  await question(EXCHANGES).waitFor();
  // With this one, what is far from the screen leaves the page.
  await ask(page, "And one more");
  await answered(page);
  const last = thread(page).getByRole("heading", { name: "And one more" });
  expect((await last.boundingBox())?.y).toBeLessThan(160);
  await page.reload();
  await last.waitFor();
  await expect.poll(async () => (await last.boundingBox())?.y).toBeLessThan(160);
  expect(await page.evaluate(() => document.querySelectorAll("*").length)).toBeLessThan(MOST_NODES);
  await thread(page).focus();
  await page.keyboard.press("Home");
  await question(1).waitFor();
  expect(await page.evaluate(() => document.querySelectorAll("*").length)).toBeLessThan(MOST_NODES);
  expect(problems).toEqual([]);
});
