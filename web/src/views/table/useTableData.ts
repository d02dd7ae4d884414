/** Rows, totals and groups of a table, as the state of the list asks for them. */
import { useMemo } from "react";
import { useAggregate, useCatalog, usePage } from "../../api/queries.ts";
import type { AggregateRow, Field, Measure, Obj, RecordValues } from "../../api/types.ts";
import { fieldAt, titleKey } from "../../lib/fields.ts";
import type { ListState } from "../../lib/listState.ts";
import { zone as personal } from "../../lib/zone.ts";
import { type Column, wantedFields } from "./columns.ts";
import { type Group, groupsOf, interleave, isDated, isGroupable, type Item, withoutClosed } from "./groups.ts";

export interface TableData {
  items: Item[];
  records: RecordValues[];
  group: Field | null;
  total: number | null;
  sums: AggregateRow | null;
  state: "loading" | "failed" | "ready";
  error: unknown;
  more: boolean;
  fetchMore(): void;
  retry(): void;
}

export function useTableData(object: Obj, list: ListState, columns: Column[], closed: Map<string, Group>): TableData {
  const catalog = useCatalog();
  const zone = personal();
  const wanted = list.group === null ? undefined : fieldAt(object, list.group, catalog);
  const group = wanted !== undefined && isGroupable(wanted) ? wanted : null;
  const measures = measuresOf(list);
  const asked = { filter: list.filter, q: list.q, measures };
  const falling = list.sort[0] === `-${group?.name ?? ""}`;

  const page = usePage(object.name, {
    fields: wantedFields(columns, group, catalog),
    filter: withoutClosed(group, list.filter, [...closed.values()], zone),
    sort: sortOf(list.sort, group),
    q: list.q,
    limit: 100,
    // Who scrolls on wants many: fewer pages to wait for, and fewer to ask for again when a record changes.
    limitOfMore: 500,
    // The sums tell it, which leave out no closed group.
    count: false,
  });
  const groups = useAggregate(object.name, {
    ...asked,
    group: group === null ? [] : [isDated(group) ? { field: group.name, by: "month" } : { field: group.name }],
    limit: 1000,
  }, group !== null);
  const sums = useAggregate(object.name, asked);

  const pages = page.data?.pages;
  const records = useMemo(() => pages?.flatMap((one) => one.records) ?? [], [pages]);
  const totals = useMemo(
    () => (group === null ? new Map<string, Group>() : groupsOf(group, groups.data ?? [], zone)), [group, groups.data, zone],
  );
  const { hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = page;
  const items = useMemo(() => {
    const rows = interleave(group, records, totals, new Set(closed.keys()), hasNextPage, falling, zone);
    return hasNextPage ? [...rows, ...Array.from({ length: 20 }, (): Item => ({ type: "loading" }))] : rows;
  }, [group, records, totals, closed, hasNextPage, falling, zone]);

  const counted = sums.data?.[0]?.["count"];
  return {
    items,
    records,
    group,
    total: typeof counted === "number" ? counted : null,
    sums: sums.data?.[0] ?? null,
    state: page.isError && pages === undefined ? "failed" : pages === undefined ? "loading" : "ready",
    error: page.error,
    more: hasNextPage,
    fetchMore: () => { if (hasNextPage && !isFetchingNextPage) void fetchNextPage(); },
    retry: () => { void refetch(); },
  };
}

/** The title of the grouping field, as the rows bring it. */
export function groupRecord(group: Field, items: Item[], at: number, catalog: Parameters<typeof titleKey>[1]): RecordValues | undefined {
  if (titleKey(group, catalog) === null) return undefined;
  const next = items[at + 1];
  return next?.type === "record" ? next.record : undefined;
}

function measuresOf(list: ListState): Measure[] {
  return [{ fn: "count" }, ...list.sums.map(({ field, fn }) => ({ fn, field }))];
}

function sortOf(sort: string[], group: Field | null): string[] {
  if (group === null) return sort;
  const own = sort.find((one) => one === group.name || one === `-${group.name}`);
  return [own ?? group.name, ...sort.filter((one) => one !== own)];
}
