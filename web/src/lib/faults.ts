/** Which fault of the server belongs beside which field: the first part of the JSON pointer names it. */

import type { Fault } from "../api/types.ts";

export interface PlacedFaults {
  byField: Record<string, string[]>;
  rest: string[];
}

/** Splits faults into those of the fields shown (nested ones such as `/emails/0/value` too) and all others. */
export function placeFaults(faults: readonly Fault[], shown: readonly string[]): PlacedFaults {
  const byField: Record<string, string[]> = {};
  const rest: string[] = [];
  for (const fault of faults) {
    const name = pointerParts(fault.pointer)[0];
    if (name !== undefined && shown.includes(name)) (byField[name] ??= []).push(fault.message);
    else rest.push(fault.message);
  }
  return { byField, rest };
}

/** The parts of a JSON pointer (RFC 6901); `/a~1b/0` is the parts `a/b` and `0`. */
export function pointerParts(pointer: string): string[] {
  if (pointer === "") return [];
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}
