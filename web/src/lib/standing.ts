/** How the fields of a record stand while it is being written: what must be filled, what is locked or left out, what a new
 * record will get, and which rules it breaks. The same texts as on the server, which stays the judge: what cannot be told
 * here, such as what other records hold, is left to it. */
import type { Field, Obj } from "../api/types.ts";
import { readDay, readMoment } from "./expression/calendar.ts";
import { formed, held, heldPart } from "./expression/held.ts";
import { Unreadable } from "./expression/lexer.ts";
import { parse } from "./expression/parser.ts";
import type { Node, Type, Value } from "./expression/types.ts";
import { today } from "./zone.ts";

type Values = Record<string, unknown>;

export interface Standing {
  required: ReadonlySet<string>;
  locked: ReadonlySet<string>;
  hidden: ReadonlySet<string>;
  /** What the server will put into fields that are left empty. */
  defaults: Values;
  /** Messages by field, "" for the record, of the rules that read one of the touched fields. */
  faults: Record<string, string[]>;
}

interface Asked {
  node: Node;
  reads: ReadonlySet<string>;
}

const NEW = "is_new";
const BEFORE = "before.";
const kept = new WeakMap<Obj, Map<string, Asked | null>>();

/** `before` is null for a new record; `touched` are the fields that the person has changed. */
export function standing(object: Obj, values: Values, before: Values | null, touched: ReadonlySet<string>, currency: string): Standing {
  const defaults = before === null ? defaultsOf(object, values, touched, currency) : {};
  const after = { ...values, ...defaults };
  const holds = (text: string | null | undefined): boolean | null => (text ? told(object, text, after, before) === true : null);
  const named = (test: (field: Field) => boolean): Set<string> => new Set(object.fields.filter(test).map(({ name }) => name));
  const hidden = named(({ visible_if: text }) => typeof text === "string" && told(object, text, after, before) === false);
  const faults: Record<string, string[]> = {};
  for (const rule of object.rules ?? []) {
    const reads = asked(object, rule.refuse_if)?.reads;
    if (reads === undefined || ![...reads].some((name) => touched.has(name))) continue;
    if (holds(rule.refuse_if) === true) (faults[rule.field ?? ""] ??= []).push(rule.message);
  }
  return {
    required: named((field) => !hidden.has(field.name) && (field.required || holds(field.required_if) === true)),
    locked: named(({ readonly_if: text }) => before !== null && typeof text === "string" && told(object, text, before, before) === true),
    hidden, defaults, faults,
  };
}

/** What default formulas give, round by round until nothing changes: one may read another. */
function defaultsOf(object: Obj, values: Values, touched: ReadonlySet<string>, currency: string): Values {
  const waiting = object.fields.filter(({ name, default_formula: text }) => text && !touched.has(name) && isBlank(values[name]));
  let given: Values = {};
  for (let round = 0; round < waiting.length; round += 1) {
    const now = { ...values, ...given };
    const next = Object.fromEntries(waiting.map((field) => [field.name, defaultOf(object, field, now, currency)]));
    if (JSON.stringify(next) === JSON.stringify(given)) break;
    given = next;
  }
  return given;
}

function defaultOf(object: Obj, field: Field, values: Values, currency: string): unknown {
  const text = field.default_formula ?? "";
  const value = told(object, text, values, null);
  return value === undefined ? null : formed(field, asked(object, text)?.node.type ?? "nothing", value, currency);
}

function isBlank(value: unknown): boolean {
  return value === null || value === undefined || value === "";
}

/** What the formula gives; undefined where only the server can tell. */
function told(object: Obj, text: string, after: Values, before: Values | null): Value | undefined {
  const found = asked(object, text);
  if (found === null) return undefined;
  const read = (path: string): Value => {
    if (path === NEW) return before === null;
    if (path.startsWith(BEFORE)) return before === null ? null : valueAt(object, path.slice(BEFORE.length), before);
    return valueAt(object, path, after);
  };
  try {
    return found.node.run({ read, now: readMoment(new Date().toISOString()) ?? 0n, today: readDay(today()) ?? 0 });
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

function valueAt(object: Obj, path: string, record: Values): Value {
  const [name = "", ...rest] = path.split(".");
  const field = object.fields.find((one) => one.name === name);
  if (field === undefined) throw new Unreadable(`${path} is not known here.`);
  if (rest.length > 0) {
    const part = field.parts.find((one) => one.name === rest.join("."));
    if (part?.made) throw new Unreadable(`${path} is worked out by the server.`);
    if (part !== undefined) return heldPart(part.type as Type, record[name], part.name);
    if (isBlank(record[name])) return null;
    throw new Unreadable(`${path} is in another record.`);
  }
  if (field.formula === null || field.formula === undefined) return held(field, record[name]);
  const value = told(object, field.formula, record, null);
  if (value === undefined) throw new Unreadable(`${path} is worked out by the server.`);
  return value;
}

/** The formula as it was read, once per catalog; null where it cannot be worked out here. */
function asked(object: Obj, text: string): Asked | null {
  const texts = kept.get(object) ?? new Map<string, Asked | null>();
  kept.set(object, texts);
  const found = texts.get(text);
  if (found !== undefined) return found;
  const reads = new Set<string>();
  let made: Asked | null = null;
  try {
    made = { node: parse(text, (path) => typeAt(object, path, reads)), reads };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
  }
  texts.set(text, made);
  return made;
}

function typeAt(object: Obj, path: string, reads: Set<string>): Type | null {
  if (path === NEW) return "boolean";
  const bare = path.startsWith(BEFORE) ? path.slice(BEFORE.length) : path;
  const [name = "", ...rest] = bare.split(".");
  const field = object.fields.find((one) => one.name === name);
  if (field === undefined) return null;
  reads.add(name);
  if (field.formula) asked(object, field.formula)?.reads.forEach((one) => reads.add(one));
  if (rest.length === 0) return field.type as Type | null;
  const part = field.parts.find((one) => one.name === rest.join("."));
  return (part?.type as Type | undefined) ?? null;
}
