/** Sums as they stand above a lane: whole units, currencies side by side, never added. */
import { formatMoney, formatNumber } from "../../lib/format.ts";
import type { Sum } from "./move.ts";

export function formatSum(sum: Sum): string {
  if (sum === null) return "";
  if (typeof sum === "number") return formatNumber(sum);
  const parts = Array.isArray(sum) ? sum : [sum];
  return parts.map(({ amount, currency }) => formatMoney(Math.round(Number(amount)), currency, false)).join(" · ");
}

/** The sum times the probability of the stage, where both are single. */
export function weighted(sum: Sum, probability: number): string {
  if (sum === null || Array.isArray(sum)) return "";
  if (typeof sum === "number") return formatNumber((sum * probability) / 100);
  return formatMoney(Math.round((Number(sum.amount) * probability) / 100), sum.currency, false);
}
