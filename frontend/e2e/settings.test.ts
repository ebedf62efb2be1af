/** The settings of a workspace: keys for programs, budgets and what readers said, against a real server. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { launch, visit, type Visit } from "./browser";
import { signUp } from "./steps";

describe("an owner", () => {
  let browser: Browser;
  let owner: Visit;

  const openPart = async (part: string): Promise<void> => {
    await owner.page.goto(owner.page.url().replace(/(\/w\/[^/]+).*/, `$1/settings/${part}`));
  };

  beforeAll(async () => {
    browser = await launch();
    owner = await visit(browser, { baseURL: inject("url") });
    await signUp(owner.page);
  }, 60_000);

  afterAll(() => browser?.close());

  test("makes a key that a program can use, sees it once, and revokes it", async () => {
    const { page } = owner;
    await openPart("keys");
    await page.getByRole("button", { name: "New API key" }).click();
    await page.getByLabel("Name").fill("Nightly import");
    await page.getByRole("button", { name: "Make the key" }).click();
    const key = await page.getByRole("dialog").locator("code").innerText();
    const asked = (): Promise<number> =>
      fetch(new URL("/v1/models", inject("url")), { headers: { Authorization: `Bearer ${key}` } }).then(
        (reply) => reply.status,
      );
    expect(await asked()).toBe(200);
    await page.getByRole("button", { name: "Done" }).click();
    expect(await page.innerText("main")).not.toContain(key);
    await page.getByRole("button", { name: "Revoke Nightly import" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
    await page.getByText("No keys yet.").waitFor();
    expect(await asked()).toBe(401);
  });

  test("sets a budget and sees what is spent of it", async () => {
    const { page } = owner;
    await openPart("usage");
    await page.getByRole("button", { name: "Change the budget" }).click();
    await page.getByLabel("Workspace, a month").fill("20.5");
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    await page.getByRole("meter", { name: "$0.00 of $20.50" }).waitFor();
  });

  test("is told what is wrong with a tool server, in the dialog that asked", async () => {
    const { page } = owner;
    await openPart("tools");
    await page.getByRole("button", { name: "Add a server" }).click();
    await page.getByLabel("Name").fill("inner");
    await page.getByLabel("Address of the document").fill("http://127.0.0.1:9/openapi.json");
    await page.getByRole("dialog").getByRole("button", { name: "Add a server" }).click();
    await page.getByRole("dialog").getByRole("alert").waitFor();
    expect(await page.getByRole("dialog").getByRole("alert").innerText()).toMatch(/PARLEY_TOOLS_ALLOWED_HOSTS/);
  });
});
