/** Filters as the bar shows them: a list of chips that all must hold, each a condition or a group. */
import type { Condition, Field, Filter } from "../api/types.ts";
import { asksList } from "./lists.ts";

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
  return !NO_VALUE.has(op) && !asksList(op);
}

/** What a new condition on the field starts as. */
export function firstCondition(field: Field): Condition {
  const op = firstOperator(field);
  return takesValue(op) ? { field: field.name, op, value: null } : { field: field.name, op };
}

/** The condition with another operator, and what of it still fits. */
export function withOperator(condition: Condition, op: string): Condition {
  const { field, where } = condition;
  if (asksList(op)) return where === undefined ? { field, op } : { field, op, where };
  const value = valueFor(op, condition.op, condition.value);
  return value === undefined ? { field, op } : { field, op, value };
}

/** The operator a new condition on the field starts with. */
export function firstOperator(field: Field): string {
  if (field.operators[0] === "some") return "some";
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
export function isComplete({ op, value, where }: Condition): boolean {
  if (op === "every") return where !== undefined;
  if (!takesValue(op)) return true;
  if (op === "between") return Array.isArray(value) && value.length === 2 && value.every((one) => one !== null && one !== "");
  if (Array.isArray(value)) return value.length > 0;
  return value !== null && value !== undefined && value !== "";
}

export type Mode = "any" | "all" | "not";

/** A group, or a condition that stands alone, as a mode and its rules. */
export function readGroup(filter: Filter): { mode: Mode; rules: Filter[] } {
  if (isCondition(filter)) return { mode: "all", rules: [filter] };
  if ("any" in filter) return { mode: "any", rules: filter.any };
  if ("all" in filter) return { mode: "all", rules: filter.all };
  return { mode: "not", rules: "any" in filter.not ? filter.not.any : [filter.not] };
}

export function writeGroup(mode: Mode, rules: Filter[]): Filter {
  if (mode === "not") return { not: rules.length === 1 && rules[0] !== undefined ? rules[0] : { any: rules } };
  return mode === "any" ? { any: rules } : { all: rules };
}

/** What of a filter can be sent: conditions that lack their value are left out, at any depth; null where nothing is left. */
export function completed(filter: Filter): Filter | null {
  if (isCondition(filter)) {
    const { where, ...rest } = filter;
    const kept = where === undefined ? null : completed(where);
    const condition: Condition = kept === null ? rest : { ...rest, where: kept };
    return isComplete(condition) ? condition : null;
  }
  const { mode, rules } = readGroup(filter);
  const kept = rules.flatMap((rule) => completed(rule) ?? []);
  return kept.length === 0 ? null : writeGroup(mode, kept);
}
