/** Both languages say everything. */
import { describe, expect, it } from "vitest";

type Texts = Record<string, unknown>;
const files = import.meta.glob<Texts>("../texts/*/*.json", { import: "default", eager: true });

function keys(texts: Texts, before = ""): string[] {
  return Object.entries(texts).flatMap(([key, value]) =>
    typeof value === "object" && value !== null ? keys(value as Texts, `${before}${key}.`) : [`${before}${key}`]).sort();
}

const areas = Object.keys(files).filter((path) => path.includes("/en/")).map((path) => path.slice("../texts/en/".length));

describe("texts", () => {
  it("finds areas to compare", () => { expect(areas.length).toBeGreaterThan(5); });

  it("has the same areas in both languages", () => {
    const german = Object.keys(files).filter((path) => path.includes("/de/")).map((path) => path.slice("../texts/de/".length));
    expect(german.sort()).toEqual([...areas].sort());
  });

  it.each(areas)("says the same in German as in English: %s", (area) => {
    const [english, german] = [files[`../texts/en/${area}`] ?? {}, files[`../texts/de/${area}`] ?? {}];
    expect(keys(german)).toEqual(keys(english));
    const places = (text: unknown) => (String(text).match(/\{\{\w+\}\}/g) ?? []).sort();
    for (const [key, text] of Object.entries(english)) {
      if (typeof text === "string") expect(places(german[key]), key).toEqual(places(text));
    }
  });

  it("has every text that the screens name", () => {
    const sources = import.meta.glob<string>("../**/*.{ts,tsx}", { query: "?raw", import: "default", eager: true });
    const known = new Set(areas.flatMap((area) => keys(files[`../texts/en/${area}`] ?? {}, `${area.replace(".json", "")}.`)));
    const named = new RegExp(`"((?:${areas.map((area) => area.replace(".json", "")).join("|")})\\.\\w+)"`, "g");
    const missing = Object.entries(sources)
      .filter(([path]) => !path.includes(".test."))
      .flatMap(([path, text]) => [...text.matchAll(named)].map(([, key = ""]) => ({ path, key })))
      .filter(({ key }) => !known.has(key) && !known.has(`${key}_other`) && ![...known].some((one) => one.startsWith(`${key}.`)));
    expect(missing).toEqual([]);
  });
});
