import { describe, expect, it } from "vitest";
import { readRate } from "./readRate.ts";

describe("a typed rate", () => {
  it.each([
    ["0.86", "."], ["0,86", "."], ["0.86", ","], ["0,86", ","], [" 0,86 ", ","], [",86", ","], [".86", "."],
  ])("%s is the same with %s for the decimals", (typed, decimal) => { expect(readRate(typed, decimal)).toBe("0.86"); });

  it("takes three digits behind the grouping sign for thousands, unless a zero leads", () => {
    expect(readRate("1,250", ".")).toBe("1250");
    expect(readRate("1,250", ",")).toBe("1.250");
    expect(readRate("1.250,5", ",")).toBe("1250.5");
    expect(readRate("1,250,000.5", ".")).toBe("1250000.5");
    expect(readRate("1.250.000", ",")).toBe("1250000");
    expect(readRate("0,861", ".")).toBe("0.861");
  });

  it("keeps every digit", () => { expect(readRate("0.00000012345678901234567890", ".")).toBe("0.00000012345678901234567890"); });

  it("leaves alone what is no figure", () => {
    for (const typed of ["", "abc", "-1", "1..2", "1e3"]) expect(readRate(typed, ".")).toBe(typed);
  });
});
