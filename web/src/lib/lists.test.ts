/** Lists of related records are found with what can be asked of them. */
import { describe, expect, it } from "vitest";
import type { Catalog, Field, Obj } from "../api/types.ts";
import { askable, askables, listAt } from "./lists.ts";

function field(name: string, more: Partial<Field> = {}): Field {
  return {
    name, label: name, kind: "text", help: null, required: false, unique: false, custom: false, readonly: false, options: null, to: null,
    inverse: null, formula: null, type: "text", default: null, filterable: true, sortable: true, groupable: true, measurable: false,
    operators: ["is", "is_empty"], parts: [], ...more,
  };
}

function object(name: string, fields: Field[], more: Partial<Obj> = {}): Obj {
  return {
    name, label: name, plural: name, icon: null, colour: null, shortcut: null, group: null, custom: false, owned: false, title: "name",
    fields, inverses: [], views: [], layout: { sections: [], related: [] }, actions: [], permissions: { create: true, update: true, delete: true },
    ...more,
  };
}

const through = { object: "member", near: "firm", far: "person" };
const catalog: Catalog = {
  version: 1,
  objects: [
    object("firm", [field("name"), field("people", { kind: "many", through })], { inverses: [{ name: "deals", label: "Deals", object: "deal", field: "firm" }, { name: "people", label: "People", object: "member", field: "firm" }] }),
    object("deal", [field("name"), field("firm", { kind: "relation", to: ["firm"] })]),
    object("person", [field("name")]),
    object("member", [field("role"), field("firm", { kind: "relation", to: ["firm"] }), field("person", { kind: "relation", to: ["person"] })], { ends: ["firm", "person"] }),
  ],
};
const [firm, deal, , member] = catalog.objects as [Obj, Obj, Obj, Obj];

describe("lists", () => {
  it("are those that point here, links, and those of a related record", () => {
    expect(listAt(firm, "deals", catalog)).toMatchObject({ of: { name: "deal" }, near: "firm" });
    expect(listAt(firm, "people", catalog)).toMatchObject({ of: { name: "member" }, near: "firm" });
    expect(listAt(deal, "firm.people", catalog)).toMatchObject({ of: { name: "member" } });
    expect(askable(deal, "firm.deals", catalog)?.label).toBe("firm · Deals");
    for (const none of ["name", "nothing", "firm.name", "name.name"]) expect(listAt(deal, none, catalog)).toBeUndefined();
  });

  it("are asked for some, none and every, and as before for their members", () => {
    expect(askable(firm, "deals", catalog)?.operators).toEqual(["some", "none", "every", "is_empty", "is_not_empty"]);
    expect(askable(firm, "people", catalog)?.operators).toEqual(["some", "none", "every", "is", "is_empty"]);
    expect(askable(firm, "name", catalog)?.operators).toEqual(["is", "is_empty"]);
  });

  it("offer what links say and all fields of the other end", () => {
    expect(askables(member, catalog, "firm").map(({ name }) => name)).toEqual(["role", "person", "person.name"]);
    expect(askables(firm, catalog).map(({ name }) => name)).toEqual(["name", "people", "deals"]);
  });
});
