/** Filters as the bar shows them: a list of chips that all must hold, each a condition or a group. */
import type { Condition, Field, Filter } from "../api/types.ts";

export function isCondition(filter: Filter): filter is Condition {
  return "field" in filter;
}

/** The parts that all must hold. */
export function partsOf(filter: Filter | null): Filter[] {
  if (filter === null) return [];
  return "all" in filter ? filter.all : [filter];
}

/** Back from parts to a filter; none is null, one stands alone. */
export function joinParts(parts: Filter[]): Filter | null {
  const [only] = parts;
  if (only === undefined) return null;
  return parts.length === 1 ? only : { all: parts };
}

const NO_VALUE = new Set(["is_empty", "is_not_empty"]);

export function takesValue(op: string): boolean {
  return !NO_VALUE.has(op);
}

/** The operator a new condition on the field starts with. */
export function firstOperator(field: Field): string {
  const wanted = (field.options !== null && field.kind !== "tags") || field.kind === "user" ? ["in", "is", "contains"]
    : field.type === "text" || field.type === "texts" ? ["contains", "is"]
      : field.type === "number" ? ["gte", "is"] : field.type === "date" || field.type === "moment" ? ["within", "after", "is"]
        : ["is", "contains"];
  return wanted.find((op) => field.operators.includes(op)) ?? field.operators[0] ?? "is";
}

/** The value carried over to another operator where its shape still fits, else empty. */
export function valueFor(op: string, before: string, value: unknown): unknown {
  if (!takesValue(op)) return undefined;
  const many = op === "in" || op === "not_in";
  const wasMany = before === "in" || before === "not_in";
  if (op === "within") return before === "within" ? value : { last: 30, unit: "day" };
  if (op === "between") return before === "between" ? value : [value ?? null, null];
  if (before === "within" || before === "between" || !takesValue(before)) return many ? [] : null;
  if (many) return wasMany ? value : value === null || value === undefined ? [] : [value];
  return wasMany ? (Array.isArray(value) ? (value[0] ?? null) : null) : value;
}

/** True when the condition can be sent: its operator has the value that it needs. */
export function isComplete({ op, value }: Condition): boolean {
  if (!takesValue(op)) return true;
  if (op === "between") return Array.isArray(value) && value.length === 2 && value.every((one) => one !== null && one !== "");
  if (Array.isArray(value)) return value.length > 0;
  return value !== null && value !== undefined && value !== "";
}
