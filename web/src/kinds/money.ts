/** An amount with its currency; a bare figure takes the currency of the workspace. */
import { meQuery } from "../api/queries.ts";
import { queryClient } from "../api/queryClient.ts";
import type { Money } from "../api/types.ts";
import { formatMoney, formatNumber } from "../lib/format.ts";
import { locale } from "../lib/i18n.ts";
import { decimalSign, readNumber } from "../lib/readNumber.ts";
import { lineKind, plainText } from "./lineKind.tsx";

const SIGNS: Record<string, string> = { "€": "EUR", $: "USD", "£": "GBP", "¥": "JPY" };

export function isMoney(value: unknown): value is Money {
  return typeof value === "object" && value !== null && "amount" in value && "currency" in value;
}

export function workspaceCurrency(): string {
  return queryClient.getQueryData(meQuery.queryKey)?.workspace.currency ?? "EUR";
}

function parse(typed: string): unknown {
  const trimmed = typed.trim();
  if (trimmed === "") return null;
  const code = /[A-Za-z]{3}/.exec(trimmed)?.[0].toUpperCase();
  const sign = /[€$£¥]/.exec(trimmed)?.[0];
  const figure = readNumber(trimmed.replace(/[A-Za-z]{3}|[€$£¥]/, ""), decimalSign(locale()));
  if (figure === null) return typed;
  return { amount: String(figure), currency: code ?? (sign === undefined ? undefined : SIGNS[sign]) ?? workspaceCurrency() };
}

function edit(value: unknown): string {
  if (!isMoney(value)) return plainText(value);
  const figure = formatNumber(Number(value.amount), { useGrouping: false, maximumFractionDigits: 4 });
  return value.currency === workspaceCurrency() ? figure : `${figure} ${value.currency}`;
}

export const money = lineKind({
  name: "money", align: "end", inputMode: "decimal", parse, edit,
  format: (value) => (isMoney(value) ? formatMoney(value.amount, value.currency) : plainText(value)),
});
