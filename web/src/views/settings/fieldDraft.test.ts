import { describe, expect, it } from "vitest";
import type { KindInfo } from "../../api/types.ts";
import { bodyOfChange, bodyOfNew, draftOf, emptyDraft, fieldOf, freeColour } from "./fieldDraft.ts";

const kind = (name: string, takes: string[] = [], unique = false): KindInfo => ({
  name, label: name, help: "", takes, unique, becomes: [], writable: !takes.includes("formula") && !takes.includes("rollup"),
});

describe("a new field", () => {
  it("sends only what its kind takes", () => {
    const draft = { ...emptyDraft("text"), label: " Plate number ", unique: true };
    expect(bodyOfNew(draft, kind("text", [], true))).toEqual({
      kind: "text", label: "Plate number", name: "plate_number", required: false, unique: true,
    });
  });

  it("of a formula is neither required nor given a default", () => {
    const draft = { ...emptyDraft("formula"), label: "Weighted", formula: "amount", required: true, default: 3 };
    expect(bodyOfNew(draft, kind("formula", ["formula"]))).toEqual({
      kind: "formula", label: "Weighted", name: "weighted", formula: "amount",
    });
  });

  it("of a roll-up says what of which records", () => {
    const rollup = { of: "deals", fn: "sum", field: "amount", filter: { field: "stage", op: "is", value: "open" }, sort: "" };
    const draft = { ...emptyDraft("rollup"), label: "Open", rollup };
    const told = { kind: "rollup", label: "Open", name: "open", of: "deals", fn: "sum", field: "amount", filter: rollup.filter, sort: null };
    expect(bodyOfNew(draft, kind("rollup", ["rollup"]))).toEqual(told);
    expect(bodyOfNew({ ...draft, rollup: { ...rollup, fn: "count" } }, kind("rollup", ["rollup"]))).toMatchObject({ field: null });
  });

  it("leaves options without a label out", () => {
    const draft = { ...emptyDraft("choice"), label: "Size", options: [{ label: " Big ", colour: "blue" }, { label: "", colour: "red" }] };
    expect(bodyOfNew(draft, kind("choice", ["options"]))).toMatchObject({ options: [{ label: "Big", colour: "blue" }] });
  });

  it("names the inverse by its label", () => {
    const draft = { ...emptyDraft("relation"), label: "Site", to: ["site"], inverse: "Service visits" };
    expect(bodyOfNew(draft, kind("relation", ["to", "inverse"]))).toMatchObject({
      to: ["site"], inverse: "service_visits", inverse_label: "Service visits",
    });
  });
});

describe("a changed field", () => {
  const field = { ...fieldOf({ ...emptyDraft("text"), name: "code", label: "Code" }), help: null };

  it("sends nothing where nothing differs", () => {
    expect(bodyOfChange(draftOf(field), field)).toEqual({});
  });

  it("sends what differs", () => {
    expect(bodyOfChange({ ...draftOf(field), label: "Article code", required: true }, field)).toEqual({
      label: "Article code", required: true,
    });
  });
});

describe("colours of options", () => {
  it("are unused ones as long as there are any", () => {
    expect(freeColour([])).toBe("blue");
    expect(freeColour([{ label: "a", colour: "blue" }])).toBe("green");
  });
});
