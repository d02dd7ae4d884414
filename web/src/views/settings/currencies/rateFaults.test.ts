import { describe, expect, it } from "vitest";
import { byLine, byPart } from "./rateFaults.ts";

const fault = (pointer: string, message: string) => ({ pointer, code: "bad", message });

describe("faults of rates", () => {
  it("stand at the line of the file, which counts its head and its empty lines", () => {
    const csv = "date,currency,rate\r\n2026-01-01,USD,0.9\r\n\r\n2026-01-01,XXX,1\r\n";
    expect(byLine([fault("/rates/0/rate", "a"), fault("/rates/1/currency", "b"), fault("", "c")], csv)).toEqual([
      { line: 2, message: "a" }, { line: 4, message: "b" }, { line: null, message: "c" },
    ]);
  });

  it("stand at the fields of a single rate, several in one sentence", () => {
    expect(byPart([fault("/rates/0/rate", "One."), fault("/rates/0/rate", "Two."), fault("/rates", "Three.")])).toEqual({ rate: "One. Two.", "": "Three." });
  });
});
