/** Totals as text: one amount, several in different currencies, or a plain figure. */
import type { Field } from "../../api/types.ts";
import { isMoney } from "../../kinds/money.ts";
import { kindOf } from "../../kinds/registry.ts";
import { formatMoney, formatNumber } from "../../lib/format.ts";

export const FUNCTIONS = ["sum", "average", "min", "max"] as const;

export function figure(value: unknown, field: Field, exact: boolean): string {
  if (value === null || value === undefined) return "–";
  if (Array.isArray(value)) return value.map((one) => figure(one, field, exact)).join(" + ");
  if (isMoney(value)) return formatMoney(value.amount, value.currency, exact);
  if (typeof value === "number")
    return kindOf(field).total?.(value) ?? formatNumber(value, { maximumFractionDigits: 2 });
  return kindOf(field).format(value, field);
}

/** Which totals make sense: dates and moments have no sum. */
export function functionsFor(field: Field): string[] {
  if (!field.measurable) return [];
  return field.kind === "date" || field.kind === "moment" ? ["min", "max"] : [...FUNCTIONS];
}
