/** Where the faults of sent rates belong: to a field of the one rate, or to a line of the file. */
import type { Fault } from "../../../api/types.ts";
import { pointerParts } from "../../../lib/faults.ts";

export interface LineFault {
  /** Counted from 1; null for the file as a whole. */
  line: number | null;
  message: string;
}

/** The server counts rates, and passes over empty lines. */
export function byLine(faults: readonly Fault[], csv: string): LineFault[] {
  const filled = csv.split(/\r\n|\r|\n/).flatMap((line, at) => (line === "" ? [] : [at + 1]));
  return faults.map(({ pointer, message }) => {
    const [, index] = pointerParts(pointer);
    return { line: index === undefined ? null : (filled[Number(index) + 1] ?? null), message };
  });
}

/** Messages by the field of the one rate that was sent; "" for all else. */
export function byPart(faults: readonly Fault[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { pointer, message } of faults) {
    const part = pointerParts(pointer)[2] ?? "";
    found[part] = found[part] === undefined ? message : `${found[part]} ${message}`;
  }
  return found;
}
