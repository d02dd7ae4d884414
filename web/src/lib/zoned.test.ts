/** Days begin by the clock of the zone, before and after it changes. */
import { describe, expect, it } from "vitest";
import { startOfDay, wallTime } from "./zoned.ts";

describe("a day of a zone", () => {
  it("begins an hour earlier in summer", () => {
    expect(startOfDay("2026-03-29", "Europe/Berlin")).toBe("2026-03-28T23:00:00Z");
    expect(startOfDay("2026-03-30", "Europe/Berlin")).toBe("2026-03-29T22:00:00Z");
    expect(startOfDay("2026-10-25", "Europe/Berlin")).toBe("2026-10-24T22:00:00Z");
    expect(startOfDay("2026-10-26", "Europe/Berlin")).toBe("2026-10-25T23:00:00Z");
  });
  it("may begin on the day before or after that of Greenwich", () => {
    expect(startOfDay("2026-01-01", "America/New_York")).toBe("2026-01-01T05:00:00Z");
    expect(startOfDay("2026-01-01", "Pacific/Auckland")).toBe("2025-12-31T11:00:00Z");
  });
});

describe("the wall clock", () => {
  it("skips the hour of the change", () => {
    expect(wallTime("2026-03-29T00:59:00Z", "Europe/Berlin")).toBe("2026-03-29T01:59");
    expect(wallTime("2026-03-29T01:00:00Z", "Europe/Berlin")).toBe("2026-03-29T03:00");
  });
});
