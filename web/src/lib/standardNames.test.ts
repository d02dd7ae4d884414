/** Standard names are translated, what administrators named is not. */
import { describe, expect, it } from "vitest";
import type { Catalog } from "../api/types.ts";
import { translated } from "./standardNames.ts";

const NAMES = { Account: "Firma", Accounts: "Firmen", Type: "Art", Customer: "Kunde" };

function catalog(label: string, custom: boolean): Catalog {
  const field = { name: "type", label: "Type", custom, options: [{ key: "customer", label: "Customer", colour: null }], parts: [] };
  const object = { name: "it", label, plural: "Accounts", custom, fields: [field], inverses: [], views: [], layout: { sections: [], related: [] } };
  return { version: 1, objects: [object] } as unknown as Catalog;
}

describe("names", () => {
  it("of the standard are translated, options too", () => {
    const [object] = translated(catalog("Account", false), NAMES).objects;
    expect([object?.label, object?.plural, object?.fields[0]?.label, object?.fields[0]?.options?.[0]?.label]).toEqual(["Firma", "Firmen", "Art", "Kunde"]);
  });
  it("that were changed stay", () => {
    expect(translated(catalog("Kundschaft", false), NAMES).objects[0]?.label).toBe("Kundschaft");
  });
  it("of what administrators made stay", () => {
    const [object] = translated(catalog("Account", true), NAMES).objects;
    expect([object?.label, object?.fields[0]?.label, object?.fields[0]?.options?.[0]?.label]).toEqual(["Account", "Type", "Customer"]);
  });
});
