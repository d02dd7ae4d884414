/** The past moment that a page shows: whatever is asked below it is asked as of then, and nothing can be changed. */
import { createContext, useContext } from "react";
import type { Obj } from "../api/types.ts";
import { formatDate, formatMoment } from "./format.ts";
import { t } from "./i18n.ts";

export const Past = createContext<string | null>(null);

export function usePast(): string | null {
  return useContext(Past);
}

/** From an address: a day (its end is meant) or a moment with its zone. */
export function readMoment(value: unknown): string | undefined {
  return typeof value === "string" && /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2}))?$/.test(value) ? value : undefined;
}

/** In an address: the present, as the other side of a comparison. */
export const NOW = "now";

export function readCompared(value: unknown): string | undefined {
  return value === NOW ? NOW : readMoment(value);
}

/** Two moments in their order; a day means its end. */
export function inOrder(one: string, other: string): [string, string] {
  const end = (moment: string) => (moment === NOW ? "9" : moment.length === 10 ? `${moment}T24` : new Date(moment).toISOString());
  return end(one) <= end(other) ? [one, other] : [other, one];
}

export function formatPast(moment: string): string {
  if (moment === NOW) return t("past.today");
  return moment.length === 10 ? t("past.end_of", { day: formatDate(moment, true) }) : formatMoment(moment);
}

/** The object as nobody may change it. */
export function readOnly(object: Obj): Obj {
  return { ...object, permissions: { create: false, update: false, delete: false } };
}
