/** Totals of money as text: «≈» where amounts were converted, side by side where a rate is missing, and a remark that says so. */
import type { Money } from "../api/types.ts";
import { t } from "./i18n.ts";

export function writeSum(sum: Money | Money[], write: (one: Money) => string): string {
  return [sum].flat().map((one) => `${one.converted ? "≈ " : ""}${write(one)}`).join(" · ");
}

/** What a reader must know to take the total for what it is; null where it is simply the sum. */
export function remarkOn(sum: unknown): string | null {
  const parts = ([sum].flat() as (Partial<Money> | null | undefined)[]).filter((one) => typeof one === "object" && one !== null);
  const unrated = parts.filter((one) => one.unrated);
  const said = unrated.map(({ unrated: count, currency }) => t("common.unrated", { count: count ?? 0, currency }));
  if (unrated.length > 0 && parts.length > 1) said.push(t("common.side_by_side"));
  const converted = parts.reduce((all, one) => all + (one.converted ?? 0), 0);
  if (converted > 0) said.push(t("common.converted", { count: converted }));
  return said.length === 0 ? null : said.join(" ");
}

/** Whether the total could not be made one. */
export function isApart(sum: unknown): boolean {
  return [sum].flat().some((one) => typeof one === "object" && one !== null && "unrated" in one);
}
