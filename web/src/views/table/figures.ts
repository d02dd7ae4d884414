/** Totals as text: one amount, several in different currencies, or a plain figure. */
import type { AggregateRow, Field } from "../../api/types.ts";
import { isMoney } from "../../kinds/money.tsx";
import { kindOf } from "../../kinds/registry.ts";
import { formatMoney, formatNumber } from "../../lib/format.ts";
import type { Sum } from "../../lib/listState.ts";
import { writeSum } from "../../lib/sums.ts";

export const FUNCTIONS = ["sum", "average", "min", "max"] as const;

export function figure(value: unknown, field: Field, exact: boolean): string {
  if (value === null || value === undefined) return "–";
  if (isMoney(value) || (Array.isArray(value) && value.every(isMoney)))
    return writeSum(value, ({ amount, currency }) => formatMoney(amount, currency, exact));
  if (typeof value === "number")
    return kindOf(field).total?.(value) ?? formatNumber(value, { maximumFractionDigits: 2 });
  return kindOf(field).format(value, field);
}

/** The total of a column, as the server names it. */
export function figureOf(row: AggregateRow | null, { fn, field }: Sum): unknown {
  return row?.[`${fn}_${field.replaceAll(".", "_")}`];
}

/** Which totals make sense: dates and moments have no sum. */
export function functionsFor(field: Field): string[] {
  if (!field.measurable) return [];
  return field.kind === "date" || field.kind === "moment" ? ["min", "max"] : [...FUNCTIONS];
}
