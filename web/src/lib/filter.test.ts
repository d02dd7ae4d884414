/** Filters as chips and as JSON are the same thing. */
import { describe, expect, it } from "vitest";
import type { Filter } from "../api/types.ts";
import { completed, isComplete, joinParts, partsOf, readGroup, valueFor, withOperator, writeGroup } from "./filter.ts";
import { listState, nextSort, writeSums } from "./listState.ts";
import { isFilter, readListSearch } from "./search.ts";

const rule: Filter = { field: "name", op: "contains", value: "a" };
const any: Filter = { any: [rule, { field: "amount", op: "gte", value: 5 }] };

describe("filters", () => {
  it.each<[string, Filter | null]>([
    ["none", null], ["one condition", rule], ["a group alone", any], ["several", { all: [rule, any, { not: rule }] }],
  ])("come back from their chips unchanged: %s", (_, filter) => {
    expect(joinParts(partsOf(filter))).toEqual(filter);
  });

  it("survive the address", () => {
    const filter: Filter = { all: [rule, any] };
    const read = readListSearch(JSON.parse(JSON.stringify({ filter, q: 5, view: "all", other: 1 })) as Record<string, unknown>);
    expect(read).toEqual({ filter, q: "5", view: "all" });
  });

  it("ask lists of related records, also in the address", () => {
    const filter: Filter = { field: "contacts", op: "some", where: { any: [rule, { field: "tasks", op: "every", where: rule }] } };
    expect(readListSearch({ filter })).toEqual({ filter });
    expect(completed(filter)).toEqual(filter);
    expect(isFilter({ field: "contacts", op: "some", where: { any: [1] } })).toBe(false);
    expect(withOperator(filter, "none")).toEqual({ ...filter, op: "none" });
    expect(withOperator(filter, "is_empty")).toEqual({ field: "contacts", op: "is_empty" });
  });

  it("lose at any depth only what lacks its value", () => {
    const open: Filter = { field: "amount", op: "gte", value: null };
    expect(completed({ field: "contacts", op: "some", where: { all: [open, rule] } })).toEqual({ field: "contacts", op: "some", where: { all: [rule] } });
    expect(completed({ field: "contacts", op: "some", where: open })).toEqual({ field: "contacts", op: "some" });
    expect(completed({ any: [{ field: "contacts", op: "every", where: open }] })).toBeNull();
  });

  it.each(["any", "all", "not"] as const)("come back from a group unchanged: %s", (mode) => {
    for (const rules of [[rule], [rule, any]]) expect(readGroup(writeGroup(mode, rules))).toEqual({ mode, rules });
  });

  it("keep apart none and not given", () => {
    expect("filter" in readListSearch({ filter: null })).toBe(true);
    expect("filter" in readListSearch({})).toBe(false);
  });

  it("are refused when they are none", () => {
    for (const wrong of [{}, { all: 1 }, { any: [1] }, { field: 1, op: "is" }, "x"]) expect(isFilter(wrong)).toBe(false);
  });

  it("are sent only when they are complete", () => {
    expect(isComplete({ field: "a", op: "is_empty" })).toBe(true);
    expect(isComplete({ field: "a", op: "in", value: [] })).toBe(false);
    expect(isComplete({ field: "a", op: "between", value: [1, null] })).toBe(false);
    expect(isComplete({ field: "a", op: "is", value: false })).toBe(true);
  });

  it("carry their value to an operator that takes the same", () => {
    expect(valueFor("in", "is", "x")).toEqual(["x"]);
    expect(valueFor("is", "in", ["x", "y"])).toBe("x");
    expect(valueFor("is_empty", "is", "x")).toBeUndefined();
    expect(valueFor("within", "is", "2026-01-01")).toEqual({ last: 30, unit: "day" });
  });
});

describe("the state of a list", () => {
  const object = {
    name: "a", label: "A", plural: "As", icon: null, colour: null, shortcut: null, group: null, custom: false, owned: false, title: "name",
    fields: [], inverses: [], layout: { sections: [], related: [] }, actions: [], permissions: { create: true, update: true, delete: true },
    views: [{ name: "all", label: "All", type: "table" as const, fields: ["name", "size"], filter: rule, sort: ["name"], group: null, sums: ["size"] }],
  };
  it("is that of the view until the address says otherwise", () => {
    expect(listState(object, {})).toMatchObject({ filter: rule, sort: ["name"], columns: ["name", "size"], sums: [{ field: "size", fn: "sum" }], changed: false });
    expect(listState(object, { filter: null, sort: "-size", group: "size" })).toMatchObject({ filter: null, sort: ["-size"], group: "size", changed: true });
  });
  it("reads back the sums it wrote", () => {
    const sums = [{ field: "a.b", fn: "average" }, { field: "c", fn: "max" }];
    expect(listState(object, { sums: writeSums(sums) }).sums).toEqual(sums);
  });
  it("sorts rising, falling, not at all", () => {
    expect([nextSort([], "a"), nextSort(["a"], "a"), nextSort(["-a"], "a")]).toEqual([["a"], ["-a"], []]);
  });
});
