/** An amount with its currency; a bare figure takes the currency of the workspace. */
import { meQuery } from "../api/queries.ts";
import { queryClient } from "../api/queryClient.ts";
import type { Money } from "../api/types.ts";
import { formatMoney, formatNumber } from "../lib/format.ts";
import { locale } from "../lib/i18n.ts";
import { decimalSign, readNumber } from "../lib/readNumber.ts";
import { lineKind, plainText } from "./lineKind.tsx";

/** Currencies whose sign may be typed; any other goes by its code. */
const SIGNED = ["EUR", "USD", "GBP", "JPY", "CAD", "AUD", "NZD", "INR", "BRL", "CNY", "KRW", "MXN", "ILS", "VND", "TWD", "HKD"];

export function isMoney(value: unknown): value is Money {
  return typeof value === "object" && value !== null && "amount" in value && "currency" in value;
}

export function workspaceCurrency(): string {
  return queryClient.getQueryData(meQuery.queryKey)?.workspace.currency ?? "EUR";
}

function parse(typed: string): unknown {
  const trimmed = typed.trim();
  if (trimmed === "") return null;
  const sign = /[\p{L}\p{Sc}]+/u.exec(trimmed)?.[0] ?? "";
  const figure = readNumber(trimmed.replace(sign, ""), decimalSign(locale()));
  const currency = sign === "" ? workspaceCurrency() : currencyOf(sign);
  return figure === null || currency === null ? typed : { amount: String(figure), currency };
}

/** «CHF», «€» or «US$» as a code; null when it is no currency. */
function currencyOf(sign: string): string | null {
  if (/^[A-Za-z]{3}$/.test(sign)) return sign.toUpperCase();
  const shown = (currency: string, currencyDisplay: "symbol" | "narrowSymbol") =>
    new Intl.NumberFormat(locale(), { style: "currency", currency, currencyDisplay })
      .formatToParts(1).find(({ type }) => type === "currency")?.value === sign;
  return SIGNED.find((code) => shown(code, "symbol")) ?? SIGNED.find((code) => shown(code, "narrowSymbol")) ?? null;
}

function edit(value: unknown): string {
  if (!isMoney(value)) return plainText(value);
  const figure = formatNumber(Number(value.amount), { useGrouping: false, maximumFractionDigits: 4 });
  return value.currency === workspaceCurrency() ? figure : `${figure} ${value.currency}`;
}

export const money = lineKind({
  name: "money", icon: "coin", width: 140, align: "end", inputMode: "decimal", parse, edit,
  format: (value) => (isMoney(value) ? formatMoney(value.amount, value.currency) : plainText(value)),
});
