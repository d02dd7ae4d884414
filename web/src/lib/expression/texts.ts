/** Texts taken apart and put together; positions count characters from 1. */
import { clamped, decimal, whole, type Decimal } from "./decimal.ts";
import { fold, lower, upper } from "./fold.ts";

export const LONGEST = 100_000;
const NUMBER = /^ *[+-]?[0-9]{1,28}(\.[0-9]{1,10})? *$/;

export function cut(text: string): string {
  return text.length <= LONGEST ? text : Array.from(text).slice(0, LONGEST).join("");
}

function count(value: Decimal, least = 0): number {
  return clamped(value, least, LONGEST);
}

/** The number that a text spells; null if it is none. */
export function spelled(text: string): Decimal | null {
  return NUMBER.test(text) ? decimal(text) : null;
}

export function trim(text: string): string {
  return text.replace(/^[ \t\n\r\f\v\u00a0]+|[ \t\n\r\f\v\u00a0]+$/g, "");
}

export function left(text: string, most: Decimal): string {
  return Array.from(text).slice(0, count(most)).join("");
}

export function right(text: string, most: Decimal): string {
  const characters = Array.from(text);
  return characters.slice(Math.max(0, characters.length - count(most))).join("");
}

export function mid(text: string, start: Decimal, most: Decimal): string {
  const first = count(start, 1) - 1;
  return Array.from(text).slice(first, first + count(most)).join("");
}

export function find(text: string, part: string, start: Decimal = whole(1)): Decimal {
  if (part === "") return whole(0);
  const before = Array.from(text).slice(0, count(start, 1) - 1).join("").length;
  const found = text.indexOf(part, before);
  return whole(found < 0 ? 0 : Array.from(text.slice(0, found)).length + 1);
}

export function replace(text: string, old: string, made: string): string {
  return cut(old === "" ? text : text.split(old).join(made));
}

export function pad(atLeft: boolean): (text: string, length: Decimal, fill?: string) => string {
  return (text, length, fill = " ") => {
    const wanted = count(length);
    const characters = Array.from(text);
    if (characters.length >= wanted || fill === "") return characters.slice(0, wanted).join("");
    const missing = wanted - characters.length;
    const pattern = Array.from(fill);
    const padding = Array.from({ length: missing }, (_none, at) => pattern[at % pattern.length]).join("");
    return atLeft ? padding + text : text + padding;
  };
}

export function repeat(text: string, times: Decimal): string {
  const length = Array.from(text).length;
  return length === 0 ? "" : text.repeat(Math.min(count(times), Math.floor(LONGEST / length)));
}

export function reverse(text: string): string {
  return Array.from(text).reverse().join("");
}

export function split(text: string, separator: string, position: Decimal): string | null {
  const number = clamped(position, -LONGEST, LONGEST);
  if (number === 0) return null;
  const parts = separator === "" ? [text] : text.split(separator);
  return parts[number > 0 ? number - 1 : parts.length + number] ?? "";
}

export function capitalise(text: string): string {
  return text.replace(/[^ \t\n\r-]+/gu, (word) => {
    const [first = "", ...others] = Array.from(word);
    return upper(first) + lower(others.join(""));
  });
}

/** Whether the whole text is like the pattern, by the classic walk with one step back: never exponential. */
export function matches(text: string, pattern: string): boolean {
  const [given, wanted] = [Array.from(fold(text)), Array.from(fold(pattern))];
  let [at, place, star, mark] = [0, 0, -1, 0];
  while (at < given.length) {
    if (wanted[place] === "*") {
      [star, mark, place] = [place, at, place + 1];
    } else if (place < wanted.length && (wanted[place] === "?" || wanted[place] === given[at])) {
      [at, place] = [at + 1, place + 1];
    } else if (star >= 0) {
      [place, mark, at] = [star + 1, mark + 1, mark + 1];
    } else {
      return false;
    }
  }
  while (wanted[place] === "*") place += 1;
  return place === wanted.length;
}
