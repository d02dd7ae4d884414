/** Days begin by the clock of the zone, before and after it changes. */
import { describe, expect, it } from "vitest";
import { isZone, momentAt, momentsAt, startOfDay, wallTime } from "./zoned.ts";

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
  it("begins at one where the clock is put forward at midnight", () => {
    expect(startOfDay("2026-09-06", "America/Santiago")).toBe("2026-09-06T04:00:00Z");
    expect(wallTime("2026-09-06T04:00:00Z", "America/Santiago")).toBe("2026-09-06T01:00");
  });
});

describe("a time on the wall", () => {
  it.each(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Asia/Kathmandu", "Pacific/Apia", "Australia/Lord_Howe"])("is one moment of %s, and back", (zone) => {
    for (const wall of ["2026-01-15T00:00", "2026-07-15T12:34", "1999-12-31T23:59"]) {
      expect(momentsAt(wall, zone)).toHaveLength(1);
      expect(wallTime(momentAt(wall, zone), zone)).toBe(wall);
    }
  });
  it("that the clock leaves out is as much later as the clock is put forward", () => {
    expect(momentsAt("2026-03-29T02:30", "Europe/Berlin")).toEqual([]);
    expect(momentAt("2026-03-29T02:30", "Europe/Berlin")).toBe("2026-03-29T01:30:00Z");
    expect(momentAt("2026-03-08T02:15", "America/New_York")).toBe("2026-03-08T07:15:00Z");
    expect(wallTime(momentAt("2026-10-04T02:10", "Australia/Lord_Howe"), "Australia/Lord_Howe")).toBe("2026-10-04T02:40");
  });
  it("that the clock shows twice is the first of them, or the one that it was before", () => {
    const both = ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"];
    expect(momentsAt("2026-10-25T02:30", "Europe/Berlin")).toEqual(both);
    expect(momentAt("2026-10-25T02:30", "Europe/Berlin")).toBe(both[0]);
    expect(momentAt("2026-10-25T02:30", "Europe/Berlin", "2026-10-25T01:15:00Z")).toBe(both[1]);
    expect(momentAt("2026-10-25T02:30", "Europe/Berlin", "2026-10-25T00:15:00Z")).toBe(both[0]);
    expect(momentAt("2026-10-25T02:30", "Europe/Berlin", "")).toBe(both[0]);
  });
});

describe("the name of a zone", () => {
  it("is known or is not", () => {
    expect([isZone("Europe/Berlin"), isZone("Mars/Olympus"), isZone("")]).toEqual([true, false, false]);
  });
});

describe("the wall clock", () => {
  it("skips the hour of the change", () => {
    expect(wallTime("2026-03-29T00:59:00Z", "Europe/Berlin")).toBe("2026-03-29T01:59");
    expect(wallTime("2026-03-29T01:00:00Z", "Europe/Berlin")).toBe("2026-03-29T03:00");
  });
});
