/** Moments as days and times of a zone, and back: months begin at another moment in every zone. */

const HOUR = 3_600_000;
const clocks = new Map<string, Intl.DateTimeFormat>();

/** The wall clock at the moment: "2026-03-29T03:00". */
export function wallTime(moment: string, zone: string): string {
  let clock = clocks.get(zone);
  if (clock === undefined) {
    clock = new Intl.DateTimeFormat("en-CA", {
      year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone,
    });
    clocks.set(zone, clock);
  }
  const parts = clock.formatToParts(new Date(moment));
  const of = (wanted: string) => parts.find(({ type }) => type === wanted)?.value ?? "00";
  return `${of("year").padStart(4, "0")}-${of("month")}-${of("day")}T${of("hour")}:${of("minute")}`;
}

/** The moments at which the zone's clock shows the time: none where it is put forward over it, two where it is put back. */
export function momentsAt(wall: string, zone: string): string[] {
  const shown = new Date(`${wall}Z`).getTime();
  const ahead = [shown - 24 * HOUR, shown + 24 * HOUR].map((near) => aheadOfUtc(near, zone));
  const found = [...new Set(ahead)].map((by) => shown - by).filter((at) => aheadOfUtc(at, zone) === shown - at);
  return found.sort((a, b) => a - b).map(written);
}

/** The moment a person means by a time on the wall. Of two, the one that is as far from UTC as `like`, otherwise the
 * first. A time that the clock leaves out is as much later as the clock is put forward (RFC 5545, 3.3.5). */
export function momentAt(wall: string, zone: string, like?: string): string {
  const found = momentsAt(wall, zone);
  const shown = new Date(`${wall}Z`).getTime();
  if (found.length === 0) return written(shown - aheadOfUtc(shown - 24 * HOUR, zone));
  const kept = like === undefined || Number.isNaN(new Date(like).getTime()) ? undefined : written(shown - aheadOfUtc(new Date(like).getTime(), zone));
  return found.find((at) => at === kept) ?? found[0] ?? "";
}

/** The moment at which the zone's day begins; where the clock is put forward at midnight, later than that. */
export function startOfDay(day: string, zone: string): string {
  return momentAt(`${day}T00:00`, zone);
}

export function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

function aheadOfUtc(at: number, zone: string): number {
  const minute = Math.floor(at / 60_000) * 60_000;
  return new Date(`${wallTime(new Date(minute).toISOString(), zone)}Z`).getTime() - minute;
}

function written(at: number): string {
  return new Date(at).toISOString().replace(".000Z", "Z");
}
