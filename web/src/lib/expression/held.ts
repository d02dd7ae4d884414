/** Values of records as the language holds them, and back. */
import type { Field } from "../../api/types.ts";
import { ExactNumber } from "../json.ts";
import { readDay, readMoment, writtenDay, writtenMoment } from "./calendar.ts";
import { decimal, written, type Decimal } from "./decimal.ts";
import { Unreadable } from "./lexer.ts";
import type { Type, Value } from "./types.ts";

type Parts = Record<string, unknown>;
const ADDRESS = ["street", "postal_code", "city", "region", "country"];

/** What a formula reads in a field, from what a form or a record holds there. */
export function held(field: Field, value: unknown): Value {
  if (value === null || value === undefined || value === "") return null;
  const type = (field.type ?? "nothing") as Type;
  if (type === "json") return JSON.stringify(value);
  if (type === "ids") return list(value).map(idOf);
  if (type === "keys" || type === "texts") return list(value).map((one) => (isParts(one) ? String(one["value"]) : String(one)));
  if (type === "id") return idOf(value);
  return heldAs(type, type === "text" && isParts(value) ? joined(field, value) : value);
}

/** The same of a part of it, such as `name.last`. */
export function heldPart(type: Type, value: unknown, part: string): Value {
  const found = isParts(value) ? value[part] : null;
  return found === null || found === undefined || found === "" ? null : heldAs(type, found);
}

function heldAs(type: Type, value: unknown): Value {
  if (type === "boolean") return value === true;
  if (type === "text" && typeof value === "string") return value;
  const plain = value instanceof ExactNumber ? value.source : isParts(value) ? value["amount"] : value;
  if (plain === null || plain === undefined || plain === "") return null;
  const read = type === "number" ? decimal(String(plain)) : type === "date" ? readDay(String(plain)) : type === "moment" ? readMoment(String(plain)) : null;
  if (read === null) throw new Unreadable("The value is not finished yet.");
  return read;
}

function joined(field: Field, value: Parts): string {
  const [parts, sign] = field.kind === "address" ? [ADDRESS, ", "] : [["first", "last"], " "];
  if (field.kind !== "address" && field.kind !== "person_name") throw new Unreadable("Only the server makes a text of this.");
  return parts.map((part) => value[part]).filter((part) => typeof part === "string" && part !== "").join(sign);
}

function idOf(value: unknown): string {
  return String(isParts(value) ? value["id"] : value);
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

function isParts(value: unknown): value is Parts {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a form holds for a value that a formula gave. */
export function formed(field: Field, type: Type, value: Value, currency: string): unknown {
  if (value === null) return null;
  if (type === "date") return writtenDay(value as number);
  if (type === "moment") return writtenMoment(value as bigint);
  if (type !== "number") return value;
  const digits = written(value as Decimal);
  if (field.kind === "money") return { amount: digits, currency };
  return String(Number(digits)) === digits ? Number(digits) : new ExactNumber(digits);
}
