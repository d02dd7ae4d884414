/** Sums as they stand above a lane: in whole units. */
import { formatMoney, formatNumber } from "../../lib/format.ts";
import { writeSum } from "../../lib/sums.ts";
import type { Sum } from "./move.ts";

export function formatSum(sum: Sum): string {
  if (sum === null) return "";
  if (typeof sum === "number") return formatNumber(sum);
  return writeSum(sum, ({ amount, currency }) => formatMoney(Math.round(Number(amount)), currency, false));
}

/** The sum times the probability of the stage, where both are single. */
export function weighted(sum: Sum, probability: number): string {
  if (sum === null || Array.isArray(sum)) return "";
  if (typeof sum === "number") return formatNumber((sum * probability) / 100);
  return formatMoney(Math.round((Number(sum.amount) * probability) / 100), sum.currency, false);
}
