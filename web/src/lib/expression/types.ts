/** The types of the language and how their values are held: see `docs/expressions.md`. */
import type { Decimal } from "./decimal.ts";

export type Type =
  | "text" | "number" | "boolean" | "date" | "moment" | "id"
  | "keys" | "texts" | "ids" | "numbers" | "dates" | "json" | "nothing";

/** Days are numbers, moments microseconds, ids and keys texts; what is empty is null. */
export type Value = null | string | boolean | number | bigint | Decimal | readonly (string | number | Decimal)[];

/** What a formula reads: its fields, by path, and the present. */
export interface Surroundings {
  read(path: string): Value;
  now: bigint;
  today: number;
}

export interface Node {
  type: Type;
  /** Set where the node is a constant. */
  constant?: Value;
  run(around: Surroundings): Value;
}

export const ELEMENTS: Partial<Record<Type, Type>> = { keys: "text", texts: "text", ids: "id", numbers: "number", dates: "date" };
export const LISTS: Partial<Record<Type, Type>> = { text: "texts", number: "numbers", date: "dates", id: "ids" };
