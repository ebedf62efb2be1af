/** What Markdown becomes on the page. */
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { Markdown } from "./Markdown";
import type { RenderCitation } from "./inline";

const cite: RenderCitation = (number) => (number <= 2 ? <sup>{number}</sup> : null);

const html = (text: string): string =>
  renderToStaticMarkup(<Markdown text={text} cite={cite} />).replace(/^<div class="prose" dir="auto">|<\/div>$/g, "");

test("raw HTML is shown as the text it is", () => {
  expect(html("<script>alert(1)</script>")).toBe("<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>");
  expect(html("a <img src=x onerror=alert(1)> b")).toBe("<p>a &lt;img src=x onerror=alert(1)&gt; b</p>");
});

test.each([
  "javascript:alert(1)",
  "JaVaScRiPt:alert(1)",
  "data:text/html,x",
  "vbscript:x",
  "//example.org",
  "file:///etc/passwd",
  "&#106;avascript:alert(1)",
])("a link to %s is no link", (href) => expect(html(`[x](${href})`)).not.toContain("<a"));

test("a link to the web opens beside the app and tells it nothing", () => {
  expect(html("[x](https://example.org)")).toBe(
    '<p><a href="https://example.org" target="_blank" rel="noopener noreferrer">x</a></p>',
  );
});

test("an image is its description, and nothing is fetched", () => {
  expect(html("![a chart](https://example.org/x.png)")).toBe("<p>a chart</p>");
});

test("markers of known sources become chips, alone and together; others stay text", () => {
  expect(html("One. [1] Two. [1, 2] Three. [7]")).toBe(
    "<p>One. <sup>1</sup> Two. <sup>1</sup><sup>2</sup> Three. [7]</p>",
  );
});

test("a marker in code stays code", () => {
  expect(html("`a[1]`")).toBe("<p><code>a[1]</code></p>");
});

test("entities are the characters they stand for", () => {
  expect(html("AT&amp;T &#233; &lt;b&gt;")).toBe("<p>AT&amp;T é &lt;b&gt;</p>");
});

test("headings begin below those of the page", () => {
  expect(html("# One")).toBe("<h3>One</h3>");
  expect(html("###### Six")).toBe("<h6>Six</h6>");
});

test("lists nest, and tasks show their state without being a control to use", () => {
  expect(html("- a\n  - b")).toBe("<ul><li>a<ul><li>b</li></ul></li></ul>");
  expect(html("- [x] done")).toContain('<input type="checkbox" disabled="" aria-label="done" checked=""/>');
});
