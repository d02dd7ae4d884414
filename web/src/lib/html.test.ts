/** Formatted text as its plain text. */
import { expect, it } from "vitest";
import { htmlOf, plainOf } from "./html.ts";

it.each([
  ["<h2>Plan</h2><ul><li><p>one</p></li><li>two</li></ul>", "Plan\none\ntwo"], ["<p>b<strong>ol</strong>d<br>line</p>", "bold\nline"],
  ["<p>1 &lt; 2 &amp;amp; &#228; &#x1F642;</p>", "1 < 2 &amp; ä 🙂"], ["<p></p>", ""], ["plain", "plain"],
])("reads %s", (html, text) => { expect(plainOf(html)).toBe(text); });

it("makes harmless paragraphs of any text", () => {
  expect(htmlOf("<img src=x onerror=alert(1)>\n\n& more")).toBe("<p>&lt;img src=x onerror=alert(1)&gt;</p><p>&amp; more</p>");
});
