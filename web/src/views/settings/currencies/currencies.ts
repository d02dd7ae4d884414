/** What the server says of currencies and their rates, and how these are written. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { request } from "../../../api/client.ts";
import { formatNumber } from "../../../lib/format.ts";
import { locale } from "../../../lib/i18n.ts";

/** When and by whom a rate was set; by nobody where a program did it. */
interface Setting {
  at: string | null;
  by: string | null;
  "by.name": string | null;
  through: string | null;
}

export interface Currency extends Setting {
  currency: string;
  /** The day of its first rate. */
  first: string;
  /** Of today; null while the first is still to come. */
  rate: string | null;
  date: string | null;
}

export interface Rate extends Setting {
  date: string;
  rate: string;
}

export const currenciesQuery = queryOptions({
  queryKey: ["currencies"],
  queryFn: () => request<{ own: string; currencies: Currency[] }>("GET", "/currencies"),
});

export function ratesQuery(code: string) {
  return infiniteQueryOptions({
    queryKey: ["currencies", code],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) =>
      request<{ rates: Rate[]; next: string | null }>(
        "GET", `/currencies/${encodeURIComponent(code)}/rates?limit=50${pageParam === null ? "" : `&after=${pageParam}`}`,
      ),
    getNextPageParam: (last) => last.next,
  });
}

/** «US Dollar», in the person's language; the code where the browser knows no name. */
export function nameOf(code: string): string {
  try {
    return new Intl.DisplayNames(locale(), { type: "currency" }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** The currencies to choose from, without those whose name says that they are of the past. */
export function choices(own: string): { value: string; label: string }[] {
  return Intl.supportedValuesOf("currency")
    .filter((code) => code !== own)
    .map((code) => ({ value: code, label: `${code} – ${nameOf(code)}` }))
    .filter(({ label }) => !/\(\d{4}/.test(label));
}

export function formatRate(rate: string | number): string {
  return formatNumber(Number(rate), { maximumSignificantDigits: 12 });
}

/** What one unit of the workspace's currency is worth in the other. */
export function formatInverse(rate: string): string {
  return formatNumber(1 / Number(rate), { maximumSignificantDigits: 5 });
}
