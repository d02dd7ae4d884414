/** Groups of a table: the rows come sorted by the grouping field, heads are put between them. */
import type { AggregateRow, Condition, Field, Filter, RecordValues } from "../../api/types.ts";
import { startOfDay, wallTime } from "../../lib/zoned.ts";

export const NO_GROUP = "";

export interface Group {
  key: string;
  value: unknown;
  row: AggregateRow | null;
}

export type Item =
  | { type: "record"; record: RecordValues; at: number }
  | { type: "group"; group: Group; open: boolean }
  | { type: "loading" };

export function isDated(field: Field): boolean {
  return field.kind === "date" || field.kind === "moment" || field.type === "date" || field.type === "moment";
}

export function isGroupable(field: Field): boolean {
  return field.groupable && (["choice", "boolean", "user", "relation"].includes(field.kind) || isDated(field));
}

/** Groups are told apart by this: the month of a date (of a moment: in the person's zone, as the server counts), the key of a choice, the id of a record. */
export function groupKey(field: Field, value: unknown, zone: string): string {
  if (value === null || value === undefined) return NO_GROUP;
  if (isDated(field) && typeof value === "string" && value.includes("T")) return wallTime(value, zone).slice(0, 7);
  if (isDated(field) && typeof value === "string") return value.slice(0, 7);
  if (typeof value === "object" && "id" in value) return String(value.id);
  return String(value);
}

export function groupsOf(field: Field, rows: AggregateRow[], zone: string): Map<string, Group> {
  return new Map(rows.map((row) => {
    const value = row[field.name];
    const key = groupKey(field, value, zone);
    return [key, { key, value, row }];
  }));
}

/** Leaves out the rows of closed groups, so that the server does not send what nobody looks at. */
export function withoutClosed(field: Field | null, filter: Filter | null, closed: Group[], zone: string): Filter | null {
  if (field === null || closed.length === 0) return filter;
  const rest = closed.map((group) => ({ not: inGroup(field, group, zone) }));
  return { all: filter === null ? rest : [filter, ...rest] };
}

export function inGroup(field: Field, { key, value }: Group, zone: string): Filter {
  if (key === NO_GROUP) return { field: field.name, op: "is_empty" };
  if (!isDated(field)) return { field: field.name, op: "is", value };
  const from = `${key}-01`;
  const [year = 0, month = 1] = key.split("-").map(Number);
  const to = new Date(Date.UTC(year, month, 1)).toISOString().slice(0, 10);
  const at = (day: string) => (field.type === "date" ? day : startOfDay(day, zone));
  const bounds: Condition[] = [
    { field: field.name, op: "gte", value: at(from) },
    { field: field.name, op: "lt", value: at(to) },
  ];
  return { all: bounds };
}

/** Heads in the order of the rows, closed groups where the totals have them. */
export function interleave(
  field: Field | null, records: RecordValues[], totals: Map<string, Group>, closed: Set<string>, more: boolean, falling: boolean, zone: string,
): Item[] {
  if (field === null) return records.map((record, at): Item => ({ type: "record", record, at }));
  const buckets = new Map<string, Item[]>();
  records.forEach((record, at) => {
    const key = groupKey(field, record[field.name], zone);
    const bucket = buckets.get(key);
    if (bucket === undefined) buckets.set(key, [{ type: "record", record, at }]);
    else bucket.push({ type: "record", record, at });
  });
  const loaded = [...buckets.keys()];
  const order = ordered(loaded, [...totals.keys()], rank(field, falling));
  const last = Math.max(...loaded.map((key) => order.indexOf(key)), -1);
  return order.slice(0, more ? last + 1 : undefined).flatMap((key): Item[] => {
    const group = totals.get(key) ?? { key, value: key, row: null };
    const open = !closed.has(key);
    return [{ type: "group", group, open }, ...(open ? (buckets.get(key) ?? []) : [])];
  });
}

/** Those with rows keep the order of the rows; the others go in by rank, or to the end where there is none. */
function ordered(loaded: string[], known: string[], rankOf: ((key: string) => number | string) | null): string[] {
  const rest = known.filter((key) => !loaded.includes(key));
  if (rankOf === null) return [...loaded, ...rest];
  return [...loaded, ...rest].sort((a, b) => {
    if (a === NO_GROUP || b === NO_GROUP) return a === b ? 0 : a === NO_GROUP ? 1 : -1;
    const [first, second] = [rankOf(a), rankOf(b)];
    return first < second ? -1 : first > second ? 1 : 0;
  });
}

function rank(field: Field, falling: boolean): ((key: string) => number | string) | null {
  const options = field.options;
  const sign = falling ? -1 : 1;
  if (options !== null) return (key) => sign * options.findIndex((option) => option.key === key);
  if (isDated(field)) return (key) => sign * Number(key.replace("-", ""));
  return field.kind === "boolean" ? (key) => sign * (key === "true" ? 1 : 0) : null;
}
