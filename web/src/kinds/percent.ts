/** A share: 12.5 means 12.5 %. */
import { formatNumber } from "../lib/format.ts";
import { lineKind, plainText } from "./lineKind.tsx";
import { editNumber, parseNumber } from "./number.ts";

export const percent = lineKind({
  name: "percent", icon: "percentage", width: 110, bare: true, align: "end", inputMode: "decimal", parse: parseNumber, edit: editNumber,
  format: (value) => typeof value === "number"
    ? formatNumber(value / 100, { style: "percent", maximumFractionDigits: 2 })
    : plainText(value),
  total: (value) => formatNumber(value / 100, { style: "percent", maximumFractionDigits: 1 }),
});
