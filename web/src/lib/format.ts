/** Figures, dates and money as the person's locale writes them. */
import { locale } from "./i18n.ts";
import { today, zone } from "./zone.ts";
import { momentsAt, wallTime } from "./zoned.ts";

const numbers = new Map<string, Intl.NumberFormat>();

export function formatNumber(value: number, options: Intl.NumberFormatOptions = {}): string {
  const key = `${locale()} ${JSON.stringify(options)}`;
  let format = numbers.get(key);
  if (format === undefined) {
    format = new Intl.NumberFormat(locale(), options);
    numbers.set(key, format);
  }
  return format.format(value).replace("-", "−");
}

/** Money with whole units in lists, or all minor units where `exact`. */
export function formatMoney(amount: string | number, currency: string, exact = true): string {
  const value = Number(amount);
  if (!exact && Math.abs(value) >= 1_000_000)
    return formatNumber(value, { style: "currency", currency, notation: "compact", maximumFractionDigits: 2 });
  const whole = !exact || Number.isInteger(value);
  return formatNumber(value, {
    style: "currency", currency, ...(whole ? { minimumFractionDigits: 0, maximumFractionDigits: 0 } : {}),
  });
}

/** A date without a time: never shifts with the zone. Year only when it is another one. */
export function formatDate(iso: string, full = false): string {
  const [year, month, day] = iso.slice(0, 10).split("-").map(Number);
  if (year === undefined || month === undefined || day === undefined) return iso;
  const date = new Date(Date.UTC(year, month - 1, day));
  const withYear = full || year !== Number(today().slice(0, 4));
  return new Intl.DateTimeFormat(locale(), {
    day: "numeric", month: "short", ...(withYear ? { year: "numeric" } : {}), timeZone: "UTC",
  }).format(date);
}

export function formatMonth(iso: string): string {
  return new Intl.DateTimeFormat(locale(), { month: "long", year: "numeric", timeZone: "UTC" }).format(
    new Date(`${iso.slice(0, 10)}T00:00:00Z`),
  );
}

/** By the clock of the person's zone; which zone that is, only where it could be taken for another. */
export function formatMoment(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  const wall = wallTime(iso, zone());
  return new Intl.DateTimeFormat(locale(), {
    day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZone: zone(),
    ...(wall.slice(0, 4) === today().slice(0, 4) ? {} : { year: "numeric" }),
    ...(isDoubtful(iso, wall) ? { timeZoneName: "short" } : {}),
  }).format(at);
}

/** The clock of the browser shows another time, or the zone's clock shows this one twice. */
function isDoubtful(iso: string, wall: string): boolean {
  const browser = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return wallTime(iso, browser) !== wall || momentsAt(wall, zone()).length > 1;
}

/** «2 h ago», «yesterday», «in 3 d»; a date from 30 days on. */
export function formatAgo(iso: string, now: Date = new Date()): string {
  const seconds = (new Date(iso).getTime() - now.getTime()) / 1000;
  const relative = new Intl.RelativeTimeFormat(locale(), { numeric: "auto", style: "narrow" });
  const size = Math.abs(seconds);
  if (size < 60) return relative.format(0, "second");
  if (size < 3600) return relative.format(Math.round(seconds / 60), "minute");
  if (size < 86_400) return relative.format(Math.round(seconds / 3600), "hour");
  if (size < 30 * 86_400) return relative.format(Math.round(seconds / 86_400), "day");
  return formatDate(wallTime(iso, zone()));
}
