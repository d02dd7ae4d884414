/** Moments are read and written by the clock of the person, wherever the browser believes to be. */
import i18next from "i18next";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Field } from "../api/types.ts";
import { formatDate } from "../lib/format.ts";
import { setZone, today, zone } from "../lib/zone.ts";
import { moment } from "./moment.tsx";

const field = { name: "starts_at", label: "Starts" } as Field;

beforeAll(async () => {
  vi.stubGlobal("navigator", { languages: ["en-GB"], language: "en-GB" });
  await i18next.init({ lng: "en", resources: { en: { translation: {} } } });
});
afterAll(() => {
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
  setZone(null);
});

describe.each(["UTC", "America/Los_Angeles", "Asia/Tokyo", "Europe/Berlin"])("in a browser of %s", (browser) => {
  beforeEach(() => { vi.stubEnv("TZ", browser); });

  it.each([
    ["Europe/Berlin", "2026-07-01T07:30:00Z"],
    ["America/New_York", "2026-07-01T13:30:00Z"],
    ["Asia/Kolkata", "2026-07-01T04:00:00Z"],
  ])("half past nine of %s", (person, expected) => {
    setZone(person);
    expect(moment.parse("2026-07-01 9:30", field)).toBe(expected);
    expect(moment.format(expected, field)).toMatch(/^1 Jul(y)?( 2026)?,? (at )?09:30/);
  });

  it("says the zone where the time could be taken for another", () => {
    setZone("Europe/Berlin");
    const named = /CEST|GMT\+2/.test(moment.format("2026-07-01T07:30:00Z", field));
    expect(named).toBe(browser !== "Europe/Berlin");
    expect(moment.format("2026-10-25T01:30:00Z", field)).toMatch(/CET|GMT\+1/);
  });

  it("begins days by the person's clock", () => {
    setZone("Pacific/Auckland");
    expect(today(new Date("2026-06-30T23:00:00Z"))).toBe("2026-07-01");
    expect(formatDate("2020-02-29")).toBe("29 Feb 2020");
  });
});

it("keeps what is no time, for the server to refuse", () => {
  expect([moment.parse("soon", field), moment.parse("2026-07-01 29:30", field), moment.parse("", field)]).toEqual(["soon", "2026-07-01 29:30", null]);
});

it("takes a zone that nobody knows for UTC", () => {
  setZone("Mars/Olympus");
  expect(zone()).toBe("UTC");
});
