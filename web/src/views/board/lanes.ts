/** The lanes of a board from the server's groups: every option has one, also when it is empty. */
import type { BoardGroup, Field, Filter, Option, RecordValues } from "../../api/types.ts";
import type { Lane, Sum } from "./move.ts";

export function lanesOf(groups: readonly BoardGroup[], field: Field, sums: readonly string[]): Lane[] {
  const found = new Map(groups.map((group) => [typeof group.key === "string" ? group.key : null, group]));
  const keys: (string | null)[] = (field.options ?? []).map(({ key }) => key);
  for (const key of found.keys()) if (!keys.includes(key)) keys.push(key);
  return keys.map((key) => lane(key, found.get(key), sums));
}

function lane(key: string | null, group: BoardGroup | undefined, sums: readonly string[]): Lane {
  return {
    key,
    count: group?.count ?? 0,
    sums: Object.fromEntries(sums.map((name) => [name, (group?.[`sum_${name}`] ?? null) as Sum])),
    records: group?.records ?? [],
    next: group?.next ?? null,
  };
}

/** The same lanes where one shows more cards than the board brought. */
export function withMore(lanes: readonly Lane[], more: ReadonlyMap<string | null, { records: RecordValues[]; next: string | null }>): Lane[] {
  return lanes.map((one) => ({ ...one, ...(more.get(one.key) ?? {}) }));
}

/** The condition that picks the cards of one lane out of the board's. */
export function laneFilter(filter: Filter | null, group: string, key: string | null): Filter {
  const own: Filter = key === null ? { field: group, op: "is_empty" } : { field: group, op: "is", value: key };
  return filter === null ? own : { all: [filter, own] };
}

export function optionOfLane(field: Field, key: string | null): Option | null {
  return field.options?.find((option) => option.key === key) ?? null;
}
