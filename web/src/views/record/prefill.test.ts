import { describe, expect, it } from "vitest";
import type { Field } from "../../api/types.ts";
import { pointingBack, pointingTo } from "./prefill.ts";

const field = (kind: string): Field => ({
  name: kind === "about" ? "about" : "account", kind, label: "", help: null, required: false, unique: false, custom: false,
  readonly: false, options: null, to: ["account"], inverse: null, formula: null, type: null, default: null, filterable: true,
  sortable: false, groupable: false, measurable: false, operators: [], parts: [],
});

describe("a record added from another", () => {
  it("points back by its relation", () => {
    expect(pointingBack(field("relation"), "account", "7")).toEqual({ account: "7" });
  });

  it("is about it, where the field holds records of several objects", () => {
    expect(pointingBack(field("about"), "account", "7")).toEqual({ about: [{ object: "account", id: "7" }] });
  });

  it("is found again by the same field", () => {
    expect(pointingTo(field("relation"), "7")).toEqual({ field: "account", op: "is", value: "7" });
    expect(pointingTo(field("about"), "7")).toEqual({ field: "about", op: "contains", value: "7" });
  });
});
