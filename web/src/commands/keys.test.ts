/** Strokes of keys find their commands. */
import { describe, expect, it } from "vitest";
import { match, strokeOf } from "./keys.ts";
import type { Command } from "./registry.ts";

const stroke = (key: string, more = {}) => strokeOf({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more });
const run = () => undefined;
const commands: Command[] = [
  { id: "go", label: "Go", group: "go", keys: "g a", run },
  { id: "new", label: "New", group: "list", keys: "c", run },
  { id: "told", label: "Told of", group: "table", keys: "f2" },
];

describe("keys", () => {
  it("have one name on every machine", () => {
    expect(stroke("k", { ctrlKey: true })).toBe("mod+k");
    expect(stroke("K", { metaKey: true, shiftKey: true })).toBe("mod+shift+k");
    expect(stroke("?", { shiftKey: true })).toBe("?");
    expect(stroke("Shift", { shiftKey: true })).toBe("");
  });
  it("wait for the second of two", () => {
    expect(match(commands, "g")).toEqual({ more: true });
    expect(match(commands, "g a").command?.id).toBe("go");
    expect(match(commands, "c").command?.id).toBe("new");
  });
  it("leave alone what its place listens to itself", () => { expect(match(commands, "f2")).toEqual({ more: false }); });
});
