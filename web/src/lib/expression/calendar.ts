/** Days as numbers, 1 for 1 January 1, and moments as microseconds since 1970: what the language counts with. */
import { wallTime } from "../zoned.ts";

export interface Day {
  year: number;
  month: number;
  day: number;
}

const UNIX = 719_163; // 1 January 1970
export const LAST = 3_652_059; // 31 December 9999
const MICROS = 1_000_000n;
const DAY = 86_400n * MICROS;
const FIRST_MOMENT = BigInt(1 - UNIX) * DAY;
const LAST_MOMENT = BigInt(LAST + 1 - UNIX) * DAY - 1n;

export function lastOfMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** The number of a day that there is. */
export function ordinal({ year, month, day }: Day): number {
  const [y, m] = month > 2 ? [year, month - 3] : [year - 1, month + 9];
  return 365 * y + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + Math.floor((153 * m + 2) / 5) + day - 306;
}

export function dayOf(number: number): Day {
  const days = number + 305;
  const era = Math.floor(days / 146_097);
  const inEra = days - era * 146_097;
  const y = Math.floor((inEra - Math.floor(inEra / 1_460) + Math.floor(inEra / 36_524) - Math.floor(inEra / 146_096)) / 365);
  const inYear = inEra - (365 * y + Math.floor(y / 4) - Math.floor(y / 100));
  const m = Math.floor((5 * inYear + 2) / 153);
  const month = m < 10 ? m + 3 : m - 9;
  return { year: y + era * 400 + (month <= 2 ? 1 : 0), month, day: inYear - Math.floor((153 * m + 2) / 5) + 1 };
}

/** The day, if there is such a one between years 1 and 9999. */
export function made(year: number, month: number, day: number): number | null {
  if (year < 1 || year > 9_999 || month < 1 || month > 12 || day < 1 || day > lastOfMonth(year, month)) return null;
  return ordinal({ year, month, day });
}

export function within(number: number): number | null {
  return number >= 1 && number <= LAST ? number : null;
}

export function readDay(text: string): number | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  return match === null ? null : made(Number(match[1]), Number(match[2]), Number(match[3]));
}

export function writtenDay(number: number): string {
  const { year, month, day } = dayOf(number);
  return `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}

/** 1 for Monday to 7 for Sunday. */
export function weekday(number: number): number {
  return ((number - 1) % 7) + 1;
}

export function monthsLater(number: number, months: number): number | null {
  const { year, month, day } = dayOf(number);
  const count = year * 12 + month - 1 + months;
  const [y, m] = [Math.floor(count / 12), (((count % 12) + 12) % 12) + 1];
  return y < 1 || y > 9_999 ? null : ordinal({ year: y, month: m, day: Math.min(day, lastOfMonth(y, m)) });
}

/** Year and week by ISO 8601: the week belongs to the year of its Thursday. */
export function isoWeek(number: number): { year: number; week: number } {
  const thursday = number - weekday(number) + 4;
  const { year } = dayOf(thursday);
  return { year, week: Math.floor((thursday - ordinal({ year, month: 1, day: 1 })) / 7) + 1 };
}

export type Unit = "day" | "week" | "month" | "quarter" | "year";

export function startOf(number: number, unit: string): number {
  const { year, month } = dayOf(number);
  if (unit === "week") return number - weekday(number) + 1;
  if (unit === "month") return ordinal({ year, month, day: 1 });
  if (unit === "quarter") return ordinal({ year, month: month - ((month - 1) % 3), day: 1 });
  return unit === "year" ? ordinal({ year, month: 1, day: 1 }) : number;
}

export function endOf(number: number, unit: string): number | null {
  const start = startOf(number, unit);
  const { year, month } = dayOf(start);
  if (unit === "week") return within(start + 6);
  const last = unit === "month" ? month : unit === "quarter" ? month + 2 : 12;
  return unit === "day" ? number : ordinal({ year, month: last, day: lastOfMonth(year, last) });
}

/** Whole months; a month is over on the day of the same number. */
export function monthsBetween(start: number, end: number): number {
  if (end < start) return -monthsBetween(end, start);
  const [a, b] = [dayOf(start), dayOf(end)];
  return (b.year - a.year) * 12 + b.month - a.month - (b.day < a.day ? 1 : 0);
}

/** How many working days there were since Monday, 1 January 1. */
export function workdaysBefore(number: number): number {
  return Math.floor((number - 1) / 7) * 5 + Math.min((number - 1) % 7, 5);
}

export function workday(count: number): number | null {
  return count < 0 ? null : within(Math.floor(count / 5) * 7 + (count % 5) + 1);
}

const MOMENT = /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,6}))?)?(Z|[+-]\d{2}:?\d{2})$/;

export function readMoment(text: string): bigint | null {
  const match = MOMENT.exec(text);
  const day = readDay(match?.[1] ?? "");
  if (match === null || day === null) return null;
  const [, , hour = "0", minute = "0", second = "0", part = "", zone = "Z"] = match;
  const away = zone === "Z" ? 0 : (zone.startsWith("-") ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2)));
  const seconds = BigInt(Number(hour) * 3_600 + (Number(minute) - away) * 60 + Number(second));
  return BigInt(day - UNIX) * DAY + seconds * MICROS + BigInt(part.padEnd(6, "0"));
}

export function known(moment: bigint): bigint | null {
  return moment >= FIRST_MOMENT && moment <= LAST_MOMENT ? moment : null;
}

/** In UTC, to the second. */
export function writtenMoment(moment: bigint): string {
  const days = moment >= 0n ? moment / DAY : -((-moment + DAY - 1n) / DAY);
  const seconds = Number((moment - days * DAY) / MICROS);
  const two = (value: number) => String(value).padStart(2, "0");
  const clock = `${two(Math.floor(seconds / 3_600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return `${writtenDay(Number(days) + UNIX)}T${clock}Z`;
}

/** Day, hour and minute that the clock of a zone shows. */
export function shownIn(moment: bigint, zone: string): { day: number | null; hour: number; minute: number } {
  const utc = writtenMoment(moment);
  const wall = zone === "UTC" ? utc : wallTime(utc, zone);
  return { day: readDay(wall.slice(0, 10)), hour: Number(wall.slice(11, 13)), minute: Number(wall.slice(14, 16)) };
}
