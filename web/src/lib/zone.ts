/** The time zone of the person who is signed in, as the server says; the browser may be set to another one. */
import { isZone, wallTime } from "./zoned.ts";

let current = "UTC";

export function setZone(name: string | null): void {
  current = name !== null && isZone(name) ? name : "UTC";
}

export function zone(): string {
  return current;
}

/** The day it is for the person: "2026-11-22". */
export function today(now: Date = new Date()): string {
  return wallTime(now.toISOString(), current).slice(0, 10);
}
