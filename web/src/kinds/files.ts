/** What is said of files wherever they are shown: their address, their size, whether they are drawn. */
import type { Attached } from "../api/upload.ts";
import type { Field, RecordValues } from "../api/types.ts";
import { formatNumber } from "../lib/format.ts";

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

export function formatSize(bytes: number): string {
  const step = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length - 1);
  const value = bytes / 1000 ** step;
  return formatNumber(value, { style: "unit", unit: UNITS[step] ?? "byte", unitDisplay: step === 0 ? "long" : "short", maximumFractionDigits: value < 10 && step > 0 ? 1 : 0 });
}

export function isPicture({ width }: Attached): boolean {
  return width !== undefined;
}

/** The address of a file of a record, or of a related record whose field is shown; null where that record is not known. */
export function addressOf(field: Field, record: RecordValues | undefined, file: Attached, asked: Record<string, string> = {}): string | null {
  const path = field.name.split(".");
  const name = path.pop() ?? "";
  const owner = path.length === 0 ? record?.id : record?.[path.join(".")];
  if (field.object === undefined || typeof owner !== "string") return null;
  const query = new URLSearchParams(asked).toString();
  return `/api/v1/records/${field.object}/${owner}/files/${name}/${file.id}${query === "" ? "" : `?${query}`}`;
}
