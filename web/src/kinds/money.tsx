/** An amount with its currency; a bare figure takes the currency of the workspace. Beside one in another currency stands what
 * it is worth in that of the workspace, where the list brings it. */
import { meQuery } from "../api/queries.ts";
import { queryClient } from "../api/queryClient.ts";
import type { Money, RecordValues } from "../api/types.ts";
import { formatDate, formatMoney, formatNumber } from "../lib/format.ts";
import { locale, t } from "../lib/i18n.ts";
import { decimalSign, readNumber } from "../lib/readNumber.ts";
import { isBlank, type DisplayProps } from "./kind.ts";
import { lineKind, plainText } from "./lineKind.tsx";
import style from "./kinds.module.css";

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

function format(value: unknown): string {
  return isMoney(value) ? formatMoney(value.amount, value.currency) : plainText(value);
}

/** What the amount of a field is worth in the workspace's currency; null where that is its own, or no rate is known. */
export function convertedOf(field: string, record: RecordValues): Money | null {
  const [value, worth] = [record[field], plainText(record[`${field}.converted`])];
  const currency = workspaceCurrency();
  return !isMoney(value) || value.currency === currency || worth === "" ? null : { amount: worth, currency };
}

function Display({ field, value, record }: DisplayProps) {
  const worth = record === undefined ? null : convertedOf(field.name, record);
  if (isBlank(value)) return null;
  if (record === undefined || worth === null || !isMoney(value)) return <>{format(value)}</>;
  return (
    <span className={style["pair"]}>
      <span>{format(value)}</span>{" "}
      <small className={style["worth"]} data-beside title={rateOf(field.name, record, value.currency, worth.currency)}>≈ {format(worth)}</small>
    </span>
  );
}

function rateOf(field: string, record: RecordValues, from: string, to: string): string | undefined {
  const [rate, day] = [record[`${field}.rate`], record[`${field}.rate_from`]];
  if (isBlank(rate) || typeof day !== "string") return undefined;
  const figure = typeof rate === "number" ? formatNumber(rate, { maximumSignificantDigits: 12 }) : plainText(rate);
  return t("kinds.rate", { from, to, rate: figure, day: formatDate(day, true) });
}

export const money = lineKind({
  name: "money", icon: "coin", width: 140, align: "end", inputMode: "decimal", parse, edit, format, Display,
  companions: ["converted", "rate", "rate_from"],
});
