import { describe, expect, it } from "vitest";
import { nameFromLabel, pluralOf } from "./name.ts";

describe("a name from a label", () => {
  it.each([
    ["Service level", "service_level"],
    ["  Größe (cm) ", "groesse_cm"],
    ["Café au lait", "cafe_au_lait"],
    ["2nd owner", "n_2nd_owner"],
    ["!!!", ""],
  ])("%s becomes %s", (label, name) => {
    expect(nameFromLabel(label)).toBe(name);
  });
});

describe("a plural", () => {
  it.each([
    ["Site", "Sites"],
    ["Company", "Companies"],
    ["Box", "Boxes"],
    ["Day", "Days"],
    ["", ""],
  ])("of %s is %s", (label, plural) => {
    expect(pluralOf(label)).toBe(plural);
  });
});
