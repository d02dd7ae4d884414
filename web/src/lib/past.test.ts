/** Two moments of a comparison, as an address names them. */
import { describe, expect, it } from "vitest";
import { inOrder, NOW } from "./past.ts";
import { readListSearch } from "./search.ts";

describe("a comparison", () => {
  it("puts its moments in order; a day means its end", () => {
    expect(inOrder("2026-11-02", "2026-11-01")).toEqual(["2026-11-01", "2026-11-02"]);
    expect(inOrder("2026-11-02", "2026-11-02T09:00:00Z")).toEqual(["2026-11-02T09:00:00Z", "2026-11-02"]);
    expect(inOrder("2026-11-02T01:00:00+02:00", "2026-11-01T23:30:00Z")).toEqual(["2026-11-02T01:00:00+02:00", "2026-11-01T23:30:00Z"]);
    expect(inOrder(NOW, "2026-11-02")).toEqual(["2026-11-02", NOW]);
  });

  it("stands in the address with the moment that is compared", () => {
    expect(readListSearch({ as_of: "2026-11-01", compare: NOW })).toEqual({ as_of: "2026-11-01", compare: NOW });
    expect(readListSearch({ compare: NOW })).toEqual({});
    expect(readListSearch({ as_of: "2026-11-01", compare: "then" })).toEqual({ as_of: "2026-11-01" });
  });
});
