/** A figure; shown with the separators of the locale. */
import { formatNumber } from "../lib/format.ts";
import { locale } from "../lib/i18n.ts";
import { decimalSign, readNumber } from "../lib/readNumber.ts";
import { lineKind, plainText } from "./lineKind.tsx";

export function parseNumber(typed: string): unknown {
  if (typed.trim() === "") return null;
  return readNumber(typed, decimalSign(locale())) ?? typed;
}

export function editNumber(value: unknown): string {
  return typeof value === "number"
    ? formatNumber(value, { useGrouping: false, maximumFractionDigits: 12 })
    : plainText(value);
}

export const number = lineKind({
  name: "number", icon: "hash", width: 110, bare: true, align: "end", inputMode: "decimal", parse: parseNumber, edit: editNumber,
  format: (value) => typeof value === "number" ? formatNumber(value, { maximumFractionDigits: 12 }) : plainText(value),
});
