/** Every screen, in both themes and at the narrowest width: nothing axe objects to, nothing cut off. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { expectAccessible, launch, visit } from "./browser";
import { answered, ask, chip, composer, go, makeFiles, prepare, signUp, type Files } from "./steps";

describe("for everyone", () => {
  let browser: Browser;
  let files: Files;

  beforeAll(async () => {
    browser = await launch();
    files = await makeFiles(browser);
  });

  afterAll(async () => {
    await browser?.close();
    await files?.remove();
  });

  test("every screen passes axe in both themes", async () => {
    const { page, context, problems } = await visit(browser, { baseURL: inject("url"), bypassCSP: true });
    await page.goto("/");
    await page.getByLabel("Password").waitFor();
    await expectAccessible(page, "sign-in");
    await prepare(page, files);
    await composer(page).waitFor();
    await expectAccessible(page, "chat-blank");
    await ask(page, "From how far can the lamp of the lighthouse be seen?");
    await answered(page);
    await expectAccessible(page, "chat-answer");
    await chip(page).click();
    await page.locator("[data-marked]").first().waitFor();
    await expectAccessible(page, "chat-source");
    await page.getByRole("button", { name: "Text", exact: true }).click();
    await page.locator("[aria-current] mark").waitFor();
    await expectAccessible(page, "chat-source-text");
    await go(page, "Bots");
    await page.getByRole("link", { name: "Configure Harbour guide" }).waitFor();
    await expectAccessible(page, "bots");
    await page.getByRole("button", { name: "New bot" }).click();
    await page.getByRole("dialog").getByRole("checkbox").first().waitFor();
    await expectAccessible(page, "new-bot");
    await page.keyboard.press("Escape");
    await page.getByRole("link", { name: "Configure Harbour guide" }).click();
    await page.getByRole("heading", { level: 1, name: "Harbour guide" }).waitFor();
    await expectAccessible(page, "bot");
    await go(page, "Documents");
    await page
      .getByRole("navigation", { name: "Collections" })
      .getByRole("link", { name: /Harbour/ })
      .click();
    await page.locator("li[data-state=ready]").waitFor();
    await expectAccessible(page, "documents");
    await page.getByRole("button", { name: "Harbour handbook.pdf" }).first().click();
    const document = page.getByRole("dialog");
    await document.getByRole("img", { name: /^Page 1/ }).waitFor();
    await expectAccessible(page, "document-page");
    await document.getByRole("button", { name: "Text" }).click();
    await document.getByText(/nineteen nautical miles/).waitFor();
    await expectAccessible(page, "document-text");
    await page.keyboard.press("Escape");
    await page.getByRole("link", { name: "Try a search" }).click();
    await page.getByRole("searchbox", { name: "A question" }).fill("How far can the lamp be seen?");
    await page.keyboard.press("Enter");
    await page
      .getByRole("listitem")
      .getByRole("button", { name: /Harbour handbook/ })
      .first()
      .waitFor();
    await expectAccessible(page, "playground");
    await page.getByRole("button", { name: /^Workspace / }).click();
    await expectAccessible(page, "workspace-menu");
    await page.getByRole("menuitem", { name: "Workspace settings" }).click();
    const parts = page.getByRole("navigation", { name: "Workspace settings" });
    for (const part of [
      "General",
      "Members",
      "Groups",
      "Models",
      "Tools",
      "API keys",
      "Webhooks",
      "Usage",
      "Feedback",
    ]) {
      await parts.getByRole("link", { name: part }).click();
      await page.getByRole("main").locator("section, form").first().waitFor();
      await page.waitForLoadState("networkidle");
      await expectAccessible(page, `settings-${part}`);
    }
    await page.getByRole("button", { name: /^Account of/ }).click();
    await page.getByRole("menuitem", { name: "Profile" }).click();
    await page.getByRole("heading", { name: "Profile" }).waitFor();
    await expectAccessible(page, "profile");
    expect(problems).toEqual([]);
    await context.close();
  });

  test("a screen 320 pixels wide scrolls only downward", async () => {
    const { page, context } = await visit(browser, {
      baseURL: inject("url"),
      bypassCSP: true,
      viewport: { width: 320, height: 640 },
    });
    await signUp(page);
    const settings = ["general", "members", "groups", "models", "tools", "keys", "webhooks", "usage", "feedback"];
    for (const path of [
      "chat",
      "bots",
      "documents",
      "search",
      "profile",
      ...settings.map((part) => `settings/${part}`),
    ]) {
      await page.goto(`${page.url().replace(/(\/w\/[^/]+).*/, "$1")}/${path}`);
      await page.locator("main h1").first().waitFor({ state: "attached" });
      await page.waitForLoadState("networkidle");
      await expectAccessible(page, `narrow-${path.replace("/", "-")}`);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
    }
    await page.getByRole("button", { name: "Open the side bar" }).click();
    await page.getByRole("link", { name: "New chat" }).waitFor();
    await expectAccessible(page, "narrow-side-bar");
    await context.close();
  });
});
