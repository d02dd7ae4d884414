/** Numbers keep their digits on the way through a browser, and what is no JSON is told with its place. */
import { expect, it } from "vitest";
import { ExactNumber, placeOf, readJson, writeJson } from "./json.ts";

it.each([
  '{"id":12345678901234567890,"share":0.12345678901234567891,"plain":12.5}', "[9007199254740993]", '{"text":"12345678901234567890"}', "[-1234567890123456.125]",
])("gives back %s digit by digit", (text) => { expect(writeJson(readJson(text))).toBe(text); });

it("leaves alone what a browser holds exactly", () => {
  expect(readJson("[1234567890123456, 12.500000000000000000, 0.1]")).toEqual([1234567890123456, 12.5, 0.1]);
  expect(readJson("[12345678901234567]")).toEqual([new ExactNumber("12345678901234567")]);
});

it.each([["{", 1, 2], ['{\n  "a": 1,\n}', 3, 1], ["what", 1, 1], ['{"a": 1 "b": 2, "padding": "so that it is long enough"}', 1, 9]])(
  "tells where %j stops being JSON", (text, line, column) => {
    try {
      readJson(text);
      expect.unreachable();
    } catch (error) {
      expect(placeOf(error, text)).toEqual({ line, column });
    }
  });
