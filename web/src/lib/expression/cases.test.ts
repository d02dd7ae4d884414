/** The very cases that the server is tested with: a formula, what its fields hold, what it gives. */
import { describe, expect, it } from "vitest";
import source from "../../../../tests/kernel/expression/cases.json?raw";
import { readDay, readMoment } from "./calendar.ts";
import { decimal } from "./decimal.ts";
import { spelledOut } from "./functions.ts";
import { Unreadable } from "./lexer.ts";
import { parse } from "./parser.ts";
import type { Type, Value } from "./types.ts";

interface Case {
  formula: string;
  inputs?: Record<string, [Type, unknown]>;
  gives: unknown;
}

/** Their last decimal needs series that only the server has. */
const LEFT_TO_THE_SERVER = ["exp", "ln", "log", "power"];
const exact = source.replace(/"gives": (-?[\d.]+)\}/g, '"gives": {"number": "$1"}}');
const CASES = JSON.parse(exact) as Case[];
const AROUND = { now: readMoment("2026-11-22T22:30:00Z") ?? 0n, today: readDay("2026-11-23") ?? 0 };

function held(value: unknown, type: Type): Value {
  if (value === null || Array.isArray(value)) return value as Value;
  if (type === "number") return decimal(String(value));
  if (type === "date") return readDay(String(value));
  return type === "moment" ? readMoment(String(value)) : (value as Value);
}

function given({ formula, inputs = {} }: Case): unknown {
  const node = parse(formula, (path) => inputs[path]?.[0] ?? null);
  const found = node.run({ ...AROUND, read: (path) => held(inputs[path]?.[1], inputs[path]?.[0] ?? "nothing") });
  if (found === null || typeof found === "boolean") return found;
  const told = spelledOut(found, node.type);
  return node.type === "number" ? { number: told } : told;
}

describe("the shared cases", () => {
  it.each(CASES)("$formula", (one) => {
    if (LEFT_TO_THE_SERVER.some((name) => one.formula.startsWith(`${name}(`))) {
      expect(() => given(one)).toThrow(Unreadable);
    } else {
      expect(given(one)).toEqual(one.gives);
    }
  });
});
