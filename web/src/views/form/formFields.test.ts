import { describe, expect, it } from "vitest";
import type { Field, Obj } from "../../api/types.ts";
import { formSections, startValues } from "./formFields.ts";

const field = (name: string, rest: Partial<Field> = {}): Field => ({
  name, kind: "text", label: name, help: null, required: false, unique: false, custom: false, readonly: false, options: null,
  to: null, inverse: null, formula: null, type: null, default: null, filterable: true, sortable: true, groupable: false,
  measurable: false, operators: [], parts: [], ...rest,
});

const object: Obj = {
  name: "site", label: "Site", plural: "Sites", icon: null, colour: null, shortcut: null, group: null, custom: true, owned: true,
  title: "name", inverses: [], views: [], actions: [], permissions: { create: true, update: true, delete: true },
  fields: [field("size"), field("code", { required: true }), field("name"), field("owner"), field("created_at", { readonly: true }), field("state", { default: "new" })],
  layout: { sections: [{ label: "Main", fields: ["code", "name", "size", "created_at"] }, { label: "Empty", fields: ["created_at"] }], related: [] },
};

describe("the fields of a form", () => {
  it("start with the title and what is required", () => {
    const [first, ...rest] = formSections(object, []);
    expect(first?.fields.map(({ name }) => name)).toEqual(["name", "code"]);
    expect(rest).toEqual([{ label: "Main", fields: [object.fields[0]] }]);
  });

  it("show what is prefilled at the top", () => {
    expect(formSections(object, ["size"])[0]?.fields.map(({ name }) => name)).toEqual(["name", "code", "size"]);
  });

  it("begin with defaults, the owner, and what was given", () => {
    expect(startValues(object, { size: "big" }, "me")).toEqual({ state: "new", owner: "me", size: "big" });
    expect(startValues(object, { state: "old" }, null)).toEqual({ state: "old" });
  });
});
