/** What the address of a list says: view, filter, order, group, words and columns. */
import type { Filter } from "../api/types.ts";
import { readCompared, readMoment } from "./past.ts";

export interface ListSearch {
  view?: string;
  /** null means none, where the view would bring one. */
  filter?: Filter | null;
  /** Comma separated, «-» before a name for the other direction. */
  sort?: string;
  /** "" means none, where the view would bring one. */
  group?: string;
  q?: string;
  /** Comma separated names of fields. */
  columns?: string;
  /** Comma separated «field.function». */
  sums?: string;
  /** The day or moment as of which the list is shown. */
  as_of?: string;
  /** The day or moment with which that is compared; «now» is the present. */
  compare?: string;
  /** Record in the side panel. */
  preview?: string;
}

export function readListSearch(search: Record<string, unknown>): ListSearch {
  const result: ListSearch = {};
  for (const key of ["view", "sort", "group", "q", "columns", "sums", "preview"] as const) {
    const value = search[key];
    if (typeof value === "string" || typeof value === "number") result[key] = String(value);
  }
  if ("filter" in search && (search["filter"] === null || isFilter(search["filter"]))) result.filter = search["filter"];
  const moment = readMoment(search["as_of"]);
  const compared = moment === undefined ? undefined : readCompared(search["compare"]);
  return { ...result, ...(moment === undefined ? {} : { as_of: moment }), ...(compared === undefined ? {} : { compare: compared }) };
}

export function isFilter(value: unknown): value is Filter {
  if (typeof value !== "object" || value === null) return false;
  if ("all" in value) return Array.isArray(value.all) && value.all.every(isFilter);
  if ("any" in value) return Array.isArray(value.any) && value.any.every(isFilter);
  if ("not" in value) return isFilter(value.not);
  if ("where" in value && value.where !== undefined && !isFilter(value.where)) return false;
  return "field" in value && typeof value.field === "string" && "op" in value && typeof value.op === "string";
}
