/** Reads a day as people write it: «2026-11-22», «22.11.2026», «22/11», «22 Nov 2026», «today», «+3». */
import { today } from "./zone.ts";

const WORDS: Record<string, number> = { today: 0, heute: 0, tomorrow: 1, morgen: 1, yesterday: -1, gestern: -1 };

/** `now` is the day it is for the person: a year that is left out is its year. */
export function readDate(text: string, locale: string, now: string = today()): string | null {
  const typed = text.trim().toLowerCase();
  const days = WORDS[typed] ?? (/^[+-]\d{1,4}$/.test(typed) ? Number(typed) : undefined);
  const [thisYear = 0, thisMonth = 1, thisDate = 1] = now.split("-").map(Number);
  if (days !== undefined) return day(thisYear, thisMonth, thisDate + days);
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(typed);
  if (iso !== null) return checked(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const parts = /^(\d{1,2})[./-](\d{1,2})(?:[./-](\d{2}|\d{4})?)?$/.exec(typed);
  if (parts === null) return readNamed(typed, locale, thisYear);
  const year = parts[3] === undefined ? thisYear : Number(parts[3].padStart(4, "20"));
  const monthFirst = locale === "en-US" && !typed.includes(".");
  const [d, m] = monthFirst ? [parts[2], parts[1]] : [parts[1], parts[2]];
  return checked(year, Number(m), Number(d));
}

/** With the month as a word of the locale or in English: «29. Feb. 2024», «Feb 29, 2024». */
function readNamed(typed: string, locale: string, thisYear: number): string | null {
  const month = /\p{L}+/u.exec(typed)?.[0];
  const figures = typed.match(/\d+/g) ?? [];
  const [date, year] = [figures.find((one) => one.length < 3), figures.find((one) => one.length === 4)];
  if (month === undefined || date === undefined || figures.length > 2) return null;
  const at = [locale, "en"].map((language) => months(language).findIndex((name) => name.startsWith(month))).find((found) => found >= 0);
  return at === undefined || month.length < 3 ? null : checked(year === undefined ? thisYear : Number(year), at + 1, Number(date));
}

function months(language: string): string[] {
  const format = new Intl.DateTimeFormat(language, { month: "long", timeZone: "UTC" });
  return Array.from({ length: 12 }, (_, month) => format.format(Date.UTC(2026, month, 15)).toLowerCase());
}

function checked(year: number, month: number, date: number): string | null {
  const made = day(year, month, date);
  return Number(made.slice(5, 7)) === month && Number(made.slice(8, 10)) === date ? made : null;
}

function day(year: number, month: number, date: number): string {
  return new Date(Date.UTC(year, month - 1, date)).toISOString().slice(0, 10);
}
