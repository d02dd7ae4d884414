/** What every kind must satisfy: a value written as text reads back as itself, and empty stays empty. */
import { beforeAll, describe, expect, it } from "vitest";
import type { Field } from "../api/types.ts";
import i18next from "i18next";
import de from "../texts/de/kinds.json";
import en from "../texts/en/kinds.json";
import { Unreadable } from "../lib/json.ts";
import { kindOf } from "./registry.ts";

function field(kind: string, more: Partial<Field> = {}): Field {
  return {
    name: "it", kind, label: "It", help: null, required: false, unique: false, custom: false, readonly: false, options: null, to: null,
    inverse: null, formula: null, type: null, default: null, filterable: true, sortable: true, groupable: true, measurable: false,
    operators: [], parts: [], ...more,
  };
}

const options = [
  { key: "new", label: "New", colour: "blue" },
  { key: "in_work", label: "In work", colour: "green" },
];

const SAMPLES: [Field, unknown[]][] = [
  [field("text"), ["Acme", "Größe 1", "a, b"]],
  [field("long_text"), ["one\ntwo"]],
  [field("rich_text"), ["<p>one</p><p>two &amp; &lt;three&gt;</p>"]],
  [field("number"), [0, 1, -7, 1234.5, 0.125]],
  [field("auto_number"), [41]],
  [field("boolean"), [true, false]],
  [field("money"), [{ amount: "12.5", currency: "EUR" }, { amount: "-3", currency: "USD" }, { amount: "1250", currency: "CHF" }]],
  [field("rating"), [1, 3, 5]],
  [field("duration"), [0, 1, 59.5, 90, 5_400, 86_399, 187_200, 9_999_999_999, 0.001]],
  [field("date"), ["2024-02-29", "1999-12-31"]],
  [field("choice", { options }), ["new", "in_work"]],
  [field("choices", { options }), [["new"], ["new", "in_work"]]],
  [field("tags"), [["vip", "north"]]],
  [field("person_name"), [{ first: "Ada", last: "Lovelace" }, { last: "Voltaire" }]],
  [field("emails"), [[{ value: "a@b.example", primary: true }, { value: "c@d.example" }]]],
  [field("phones"), [[{ value: "+49 30 1234", primary: true }]]],
  [field("links"), [[{ value: "https://a.example", primary: true }]]],
  [field("address"), [{ street: "Hafen 1", postal_code: "24103", city: "Kiel", country: "DE" }]],
  [field("location"), [{ lat: 52.52, lon: 13.405 }, { lat: -33.8567844, lon: 151.2152967 }, { lat: 0, lon: 0.0000001 }, { lat: 90, lon: -180 }]],
  [field("json"), [{ a: [1, "ü", null], b: { c: true } }, [1.5], 0, false, "text", [[]]]],
  [field("relation", { to: ["account"] }), ["01a2"]],
  [field("reference", { to: ["account", "contact"] }), [{ object: "contact", id: "01a2" }]],
  [field("user", { to: ["user"] }), ["01a2"]],
];

describe.each(["en", "de"])("kinds in %s", (language) => {
  beforeAll(async () => {
    await i18next.init({ lng: language, resources: { [language]: { translation: { kinds: language === "de" ? de : en } } } });
  });

  it.each(SAMPLES)("reads back what it wrote: $kind", (of, values) => {
    const kind = kindOf(of);
    for (const value of values) expect(kind.parse(kind.format(value, of), of)).toEqual(value);
  });

  it.each(SAMPLES)("keeps empty empty: $kind", (of) => {
    const kind = kindOf(of);
    expect(kind.isEmpty(null)).toBe(true);
    expect(kind.format(null, of)).toBe("");
    expect(kind.parse("", of)).toBeNull();
    expect(kind.parse("   ", of)).toBeNull();
  });

  it.each(SAMPLES)("finds no sample empty: $kind", (of, values) => {
    for (const value of values) expect(kindOf(of).isEmpty(value)).toBe(false);
  });

  it("gives back a text that it cannot read, so that the server can say why", () => {
    for (const kind of ["number", "money", "date", "boolean", "percent", "rating", "duration", "location"]) expect(kindOf(field(kind)).parse("what", field(kind))).toBe("what");
  });

  it("keeps what is no JSON apart from a text in JSON, and says where it goes wrong", () => {
    const json = kindOf(field("json"));
    const read = json.parse('{"a": what}', field("json"));
    expect(read).toBeInstanceOf(Unreadable);
    expect(json.format(read, field("json"))).toBe('{"a": what}');
    expect((read as Unreadable).message).toMatch(/1.*7/);
    expect(json.parse('"what"', field("json"))).toBe("what");
  });

  it("knows the kind of a formula by its type", () => {
    expect(kindOf(field("formula", { type: "number" })).align).toBe("end");
    expect(kindOf(field("formula", { type: "text" })).align).toBe("start");
  });
});
