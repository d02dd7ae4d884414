/** Heads stand before the rows of their group, closed groups stay where they belong. */
import { describe, expect, it } from "vitest";
import type { Field, RecordValues } from "../../api/types.ts";
import { groupsOf, interleave, inGroup } from "./groups.ts";
import { step } from "./useGridKeys.ts";

const stage = {
  name: "stage", kind: "choice", type: "text", groupable: true,
  options: ["a", "b", "c"].map((key) => ({ key, label: key, colour: null })),
} as unknown as Field;
const day = { name: "day", kind: "date", type: "date", groupable: true, options: null } as unknown as Field;
const moment = { name: "at", kind: "moment", type: "moment", groupable: true, options: null } as unknown as Field;
const record = (id: string, values: object): RecordValues => ({ id, version: 1, ...values });
const totals = groupsOf(stage, [{ stage: "a", count: 2 }, { stage: "b", count: 1 }, { stage: "c", count: 1 }, { stage: null, count: 1 }], "UTC");
const shape = (items: ReturnType<typeof interleave>) =>
  items.map((item) => (item.type === "group" ? `${item.group.key || "none"}${item.open ? "" : " closed"}` : item.type === "record" ? item.record.id : "…"));

describe("groups", () => {
  const rows = [record("1", { stage: "a" }), record("2", { stage: "a" }), record("4", { stage: "c" }), record("5", { stage: null })];
  it("are put between the rows", () => {
    expect(shape(interleave(stage, rows, totals, new Set(["b"]), false, false, "UTC"))).toEqual(["a", "1", "2", "b closed", "c", "4", "none", "5"]);
  });
  it("beyond the loaded rows wait for their rows", () => {
    expect(shape(interleave(stage, rows.slice(0, 2), totals, new Set(), true, false, "UTC"))).toEqual(["a", "1", "2"]);
  });
  it("of months hold the days of the month", () => {
    expect(inGroup(day, { key: "2026-12", value: "2026-12-01", row: null }, "Asia/Tokyo")).toEqual({
      all: [{ field: "day", op: "gte", value: "2026-12-01" }, { field: "day", op: "lt", value: "2027-01-01" }],
    });
  });
  it("of months of moments begin and end by the clock of the zone, also across its change", () => {
    expect(inGroup(moment, { key: "2026-03", value: "2026-03-01", row: null }, "Europe/Berlin")).toEqual({
      all: [{ field: "at", op: "gte", value: "2026-02-28T23:00:00Z" }, { field: "at", op: "lt", value: "2026-03-31T22:00:00Z" }],
    });
  });
  it("hold the moments that fall into the month in the zone", () => {
    const known = groupsOf(moment, [{ at: "2026-10-01", count: 1 }, { at: "2026-11-01", count: 1 }], "Europe/Berlin");
    const late = [record("1", { at: "2026-10-31T22:59:00Z" }), record("2", { at: "2026-10-31T23:00:00Z" })];
    expect(shape(interleave(moment, late, known, new Set(), false, false, "Europe/Berlin"))).toEqual(["2026-10", "1", "2026-11", "2"]);
  });
});

describe("moving in the grid", () => {
  const grid = { items: interleave(null, [record("1", {}), record("2", {})], new Map(), new Set(), false, false, "UTC"), cols: 3, pageRows: 10 };
  it("stays inside", () => {
    expect(step("ArrowUp", { row: 0, col: 0 }, false, grid)).toEqual({ row: 0, col: 0 });
    expect(step("ArrowDown", { row: 1, col: 0 }, false, grid)).toEqual({ row: 1, col: 0 });
    expect(step("End", { row: 0, col: 0 }, true, grid)).toEqual({ row: 1, col: 2 });
    expect(step("a", { row: 0, col: 0 }, false, grid)).toBeNull();
  });
});
