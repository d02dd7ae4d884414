import { describe, expect, it } from "vitest";
import type { Field, Obj } from "../api/types.ts";
import { standing } from "./standing.ts";

const field = (name: string, rest: Partial<Field> = {}): Field => ({
  name, kind: "text", label: name, help: null, required: false, unique: false, custom: false, readonly: false, options: null,
  to: null, inverse: null, formula: null, type: "text", default: null, filterable: true, sortable: true, groupable: false,
  measurable: false, operators: [], parts: [], ...rest,
});
const number = (name: string, rest: Partial<Field> = {}): Field => field(name, { kind: "number", type: "number", ...rest });
const rule = (refuse_if: string, at: string | null) => ({ name: "a", label: "A", refuse_if, message: "No.", field: at, custom: true });

const object: Obj = {
  name: "deal", label: "Deal", plural: "Deals", icon: null, colour: null, shortcut: null, group: null, custom: true, owned: false,
  title: "name", inverses: [], views: [], actions: [], permissions: { create: true, update: true, delete: true },
  layout: { sections: [], related: [] },
  fields: [
    field("name"), number("price", { readonly_if: "stage == 'won'" }), number("cost", { default_formula: "price / 2" }),
    number("tax", { default_formula: "cost * 0.1" }), field("margin", { kind: "formula", type: "number", formula: "price - cost" }),
    field("stage"), field("reason", { required_if: "stage == 'lost'", visible_if: "price > 10" }),
    field("account", { kind: "relation", type: "id", to: ["account"] }),
    field("region", { required_if: "account.size > 1", visible_if: "account.size > 1" }),
    field("fee", { kind: "money", type: "number", default_formula: "price * 0.1" }),
  ],
  rules: [rule("margin < 0", "price"), rule("before.stage == 'won' and stage != 'won'", "stage"), rule("log(price) > 1", null)],
};
const told = (values: Record<string, unknown>, before: Record<string, unknown> | null = null, ...touched: string[]) =>
  standing(object, values, before, new Set(touched), "EUR");

describe("how the fields of a record stand", () => {
  it("asks for a field where its condition holds and it is shown", () => {
    expect([...told({ stage: "lost", price: 11 }).required]).toEqual(["reason"]);
    expect([...told({ stage: "lost", price: 9 }).required]).toEqual([]);
    expect(told({ stage: "lost", price: 9 }).hidden.has("reason")).toBe(true);
    expect(told({ price: 11 }).hidden.has("reason")).toBe(false);
  });

  it("locks a field by what the record was", () => {
    expect([...told({ stage: "open" }, { stage: "won" }).locked]).toEqual(["price"]);
    expect([...told({ stage: "won" }, { stage: "open" }).locked]).toEqual([]);
    expect([...told({ stage: "won" }).locked]).toEqual([]);
  });

  it("works defaults out in the order in which they need each other, exactly", () => {
    expect(told({ price: 0.3 }).defaults).toMatchObject({ cost: 0.15, tax: 0.015, fee: { amount: "0.03", currency: "EUR" } });
    expect(told({ price: 8, cost: 2 }).defaults).toMatchObject({ tax: 0.2 });
    expect(told({ price: 8 }, null, "cost").defaults).not.toHaveProperty("cost");
    expect(told({ price: 8 }, { price: 8 }).defaults).toEqual({});
  });

  it("tells which rules are broken once the person has touched what they read", () => {
    expect(told({ price: 1, cost: 2 }).faults).toEqual({});
    expect(told({ price: 1, cost: 2 }, null, "cost").faults).toEqual({ price: ["No."] });
    expect(told({ stage: "open" }, { stage: "won" }, "stage").faults).toEqual({ stage: ["No."] });
  });

  it("leaves to the server what other records hold, and values that are not finished", () => {
    expect(told({ account: "1" }).required.has("region")).toBe(false);
    expect(told({ account: "1" }).hidden.has("region")).toBe(false);
    expect(told({ price: "1,", cost: 2 }, null, "price").faults).toEqual({});
  });
});
