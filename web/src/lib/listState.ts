/** What a list shows: the chosen view with what the address changes of it. */
import type { Filter, Obj, View } from "../api/types.ts";
import type { ListSearch } from "./search.ts";

export interface Sum {
  field: string;
  fn: string;
}

export interface ListState {
  view: View;
  filter: Filter | null;
  sort: string[];
  group: string | null;
  q: string;
  columns: string[];
  sums: Sum[];
  /** True when the address says something else than the view. */
  changed: boolean;
}

export function listState(object: Obj, search: ListSearch): ListState {
  const view = object.views.find(({ name }) => name === search.view) ?? object.views[0] ?? plainView(object);
  return {
    view,
    filter: search.filter === undefined ? view.filter : search.filter,
    sort: search.sort === undefined ? view.sort : split(search.sort),
    group: search.group === undefined ? view.group : search.group || null,
    q: search.q ?? "",
    columns: search.columns === undefined ? columnsOf(view, object) : split(search.columns),
    sums: search.sums === undefined
      ? view.sums.map((field) => ({ field, fn: "sum" }))
      : split(search.sums).map(readSum),
    changed: ["filter", "sort", "group", "columns", "sums"].some((key) => search[key as keyof ListSearch] !== undefined),
  };
}

export function writeSums(sums: Sum[]): string {
  return sums.map(({ field, fn }) => `${field}:${fn}`).join(",");
}

/** Another order after a click on a head: rising, falling, none. */
export function nextSort(sort: string[], field: string): string[] {
  if (sort[0] === field) return [`-${field}`];
  return sort[0] === `-${field}` ? [] : [field];
}

function readSum(text: string): Sum {
  const at = text.lastIndexOf(":");
  return at < 0 ? { field: text, fn: "sum" } : { field: text.slice(0, at), fn: text.slice(at + 1) };
}

function split(text: string): string[] {
  return text.split(",").filter((part) => part !== "");
}

function columnsOf(view: View, object: Obj): string[] {
  return view.fields.includes(object.title) || view.type === "table" ? view.fields : [object.title, ...view.fields];
}

function plainView(object: Obj): View {
  const shown = object.fields.filter(({ readonly }) => !readonly).slice(0, 6).map(({ name }) => name);
  return {
    name: "all", label: object.plural, type: "table", filter: null, sort: [], group: null, sums: [],
    fields: [...new Set([object.title, ...shown])],
  };
}
