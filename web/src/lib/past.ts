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

export function formatPast(moment: string): string {
  return moment.length === 10 ? t("past.end_of", { day: formatDate(moment, true) }) : formatMoment(moment);
}

/** The object as nobody may change it. */
export function readOnly(object: Obj): Obj {
  return { ...object, permissions: { create: false, update: false, delete: false } };
}
