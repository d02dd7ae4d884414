/** The functions of the language that the interface works out itself. `exp`, `ln`, `log` and `power` are not here on
 * purpose: their last decimal needs series that only the server has, so what names them is left to it. */
import * as calendar from "./calendar.ts";
import * as numbers from "./decimal.ts";
import { ZERO, whole, type Decimal } from "./decimal.ts";
import { byPoints, fold, lower, upper } from "./fold.ts";
import * as texts from "./texts.ts";
import type { Type, Value } from "./types.ts";

export interface Function {
  /** Of each argument; the last one again where it repeats. `alike` ones have one common type, a `member` that of the
   * elements of the argument before it. */
  takes: readonly (Type | "alike" | "member" | "any" | "set" | "words")[];
  optional?: number;
  repeats?: boolean;
  /** The common type where it is left out. */
  gives?: Type;
  run(args: Value[], types: Type[]): Value;
}

/* eslint-disable-next-line @typescript-eslint/no-explicit-any -- the arguments were typed by the parser */
type Plain = (...args: any[]) => Value;

/** Empty where any argument is. */
function given(takes: Function["takes"], gives: Type, compute: Plain, optional = 0): Function {
  return { takes, gives, optional, run: (args) => (args.includes(null) ? null : compute(...args)) };
}

function counted(takes: Function["takes"], compute: Plain, optional = 0): Function {
  return given(takes, "number", (...args) => {
    const found = compute(...args) as Decimal | null;
    return found === null ? null : numbers.bounded(found);
  }, optional);
}

function ofDay(part: (day: number) => number): Function {
  return given(["date"], "number", (day: number) => whole(part(day)));
}

function span(count: (start: number, end: number) => number): Function {
  return given(["date", "date"], "number", (start: number, end: number) => whole(count(start, end)));
}

function ofClock(part: (shown: ReturnType<typeof calendar.shownIn>) => number | null, gives: Type): Function {
  return given(["moment", "text"], gives, (moment: bigint, zone = "UTC") => {
    const found = part(calendar.shownIn(moment, zone as string));
    return found === null || gives === "date" ? found : whole(found);
  }, 1);
}

/** A whole number of days or months, cut towards zero; null where it is too large to be one. */
function steps(value: Decimal, most: number): number | null {
  return numbers.compare({ ...value, units: value.units < 0n ? -value.units : value.units }, whole(most)) > 0 ? null : numbers.clamped(value, -most, most);
}

const MOST_DAYS = 3_700_000;
const MOST_MONTHS = 120_000;
const MOST_SECONDS = 320_000_000_000;

function digits(value: Decimal | undefined): number {
  return value === undefined ? 0 : numbers.clamped(value, -28, numbers.SCALE);
}

export function same(a: Value, b: Value, type: Type): boolean {
  if (a === null || b === null) return false;
  if (type === "number") return numbers.compare(a as Decimal, b as Decimal) === 0;
  return type === "id" ? String(a).toLowerCase() === String(b).toLowerCase() : a === b;
}

/** Below 0, 0 or above; null where one of them has no place in the order. */
function order(a: Value, b: Value, type: Type): number | null {
  if (a === null || b === null) return null;
  if (type === "number") return numbers.compare(a as Decimal, b as Decimal);
  if (type !== "text") return (a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0;
  const [one, other] = [fold(a as string), fold(b as string)];
  return one === "" || other === "" ? null : byPoints(one, other) || byPoints(a as string, b as string);
}

function ordering(test: (by: number) => boolean): Function {
  return {
    takes: ["alike", "alike"], gives: "boolean",
    run: ([a = null, b = null], [type = "nothing"]) => {
      const by = order(a, b, type);
      return by !== null && test(by);
    },
  };
}

function extreme(sign: 1 | -1): Function {
  return {
    takes: ["alike"], repeats: true,
    run: (args, [type = "nothing"]) =>
      args.reduce<Value>((best, one) => (one !== null && (best === null || (order(one, best, type) ?? 0) * sign < 0) ? one : best), null),
  };
}

function matching(test: (text: string, part: string) => boolean): Function {
  return {
    takes: ["words", "text"], gives: "boolean",
    run: ([value = null, part = null]) => {
      if (value === null || part === null) return false;
      const folded = fold(part as string);
      return (Array.isArray(value) ? (value as string[]) : [value as string]).some((text) => test(fold(text), folded));
    },
  };
}

function holds(values: Value, member: Value, type: Type): boolean {
  return Array.isArray(values) && (values as Value[]).some((one) => same(one, member, type));
}

export function isEmpty(value: Value): boolean {
  return value === null || value === "" || (Array.isArray(value) && value.length === 0);
}

export function spelledOut(value: Value, type: Type): string | null {
  if (value === null) return null;
  if (type === "number") return numbers.written(value as Decimal);
  if (type === "date") return calendar.writtenDay(value as number);
  return type === "moment" ? calendar.writtenMoment(value as bigint) : String(value as string | boolean);
}

const SETS = (values: Value): string[] => (Array.isArray(values) ? (values as string[]) : []);

export const FUNCTIONS: Record<string, Function> = {
  // Logic. «and», «or» and «not» are the parser's own.
  if: { takes: ["boolean", "alike", "alike"], run: ([test, yes = null, no = null]) => (test === true ? yes : no) },
  coalesce: { takes: ["alike"], repeats: true, run: (args) => args.find((one) => one !== null) ?? null },
  is_empty: { takes: ["any"], gives: "boolean", run: ([value = null]) => isEmpty(value) },
  equal: { takes: ["alike", "alike"], gives: "boolean", run: ([a = null, b = null], [type = "nothing"]) => same(a, b, type) },
  less: ordering((by) => by < 0),
  less_equal: ordering((by) => by <= 0),
  greater: ordering((by) => by > 0),
  greater_equal: ordering((by) => by >= 0),
  in: { takes: ["any", "any"], gives: "boolean", run: ([value = null, list = null], [type = "nothing"]) => holds(list, value, type) },
  has: { takes: ["set", "member"], gives: "boolean", run: ([values = null, member = null], [, type = "nothing"]) => holds(values, member, type) },
  has_any: { takes: ["set", "set"], gives: "boolean", run: ([a = null, b = null]) => SETS(a).some((one) => SETS(b).includes(one)) },
  same_set: {
    takes: ["set", "set"], gives: "boolean",
    run: ([a = null, b = null]) =>
      a !== null && b !== null && SETS(a).every((one) => SETS(b).includes(one)) && SETS(b).every((one) => SETS(a).includes(one)),
  },
  contains: matching((text, part) => text.includes(part)),
  starts_with: matching((text, part) => text.startsWith(part)),
  ends_with: matching((text, part) => text.endsWith(part)),
  // Numbers.
  add: { takes: ["number"], repeats: true, gives: "number", run: (args) => (args.includes(null) ? null : numbers.bounded((args as Decimal[]).reduce(numbers.plus, ZERO))) },
  subtract: counted(["number", "number"], (a: Decimal, b: Decimal) => numbers.plus(a, numbers.negated(b))),
  multiply: counted(["number", "number"], numbers.times),
  divide: counted(["number", "number"], numbers.over),
  negate: counted(["number"], numbers.negated),
  abs: counted(["number"], (value: Decimal) => (value.units < 0n ? numbers.negated(value) : value)),
  round: counted(["number", "number"], (value: Decimal, places?: Decimal) => numbers.rounded(value, digits(places)), 1),
  trunc: counted(["number", "number"], (value: Decimal, places?: Decimal) => numbers.rounded(value, digits(places), "down"), 1),
  floor: counted(["number"], (value: Decimal) => numbers.rounded(value, 0, "floor")),
  ceil: counted(["number"], (value: Decimal) => numbers.rounded(value, 0, "ceil")),
  mod: counted(["number", "number"], numbers.rest),
  sqrt: counted(["number"], numbers.root),
  min: extreme(1),
  max: extreme(-1),
  number: given(["text"], "number", texts.spelled),
  is_number: { takes: ["text"], gives: "boolean", run: ([text = null]) => text !== null && texts.spelled(text as string) !== null },
  // Texts.
  concat: { takes: ["text"], repeats: true, gives: "text", run: (args) => texts.cut(args.map((one) => one ?? "").join("")) },
  upper: given(["text"], "text", upper),
  lower: given(["text"], "text", lower),
  trim: given(["text"], "text", texts.trim),
  length: { takes: ["text"], gives: "number", run: ([text = null]) => whole(Array.from((text as string | null) ?? "").length) },
  left: given(["text", "number"], "text", texts.left),
  right: given(["text", "number"], "text", texts.right),
  text: { takes: ["any"], gives: "text", run: ([value = null], [type = "nothing"]) => spelledOut(value, type) },
  mid: given(["text", "number", "number"], "text", texts.mid),
  find: given(["text", "text", "number"], "number", texts.find, 1),
  replace: given(["text", "text", "text"], "text", texts.replace),
  pad_left: given(["text", "number", "text"], "text", texts.pad(true), 1),
  pad_right: given(["text", "number", "text"], "text", texts.pad(false), 1),
  repeat: given(["text", "number"], "text", texts.repeat),
  reverse: given(["text"], "text", texts.reverse),
  split: given(["text", "text", "number"], "text", texts.split),
  capitalise: given(["text"], "text", texts.capitalise),
  matches: { takes: ["text", "text"], gives: "boolean", run: ([text = null, pattern = null]) => text !== null && pattern !== null && texts.matches(text as string, pattern as string) },
  // Days.
  date: given(["number", "number", "number"], "date", (...parts: Decimal[]) => {
    const [year, month, day] = parts.map((part) => steps(part, MOST_DAYS));
    return calendar.made(year ?? 0, month ?? 0, day ?? 0);
  }),
  year: ofDay((day) => calendar.dayOf(day).year),
  month: ofDay((day) => calendar.dayOf(day).month),
  day: ofDay((day) => calendar.dayOf(day).day),
  weekday: ofDay(calendar.weekday),
  quarter: ofDay((day) => Math.ceil(calendar.dayOf(day).month / 3)),
  week: ofDay((day) => calendar.isoWeek(day).week),
  week_year: ofDay((day) => calendar.isoWeek(day).year),
  day_of_year: ofDay((day) => day - calendar.startOf(day, "year") + 1),
  days_between: span((start, end) => end - start),
  months_between: span(calendar.monthsBetween),
  years_between: span((start, end) => Math.trunc(calendar.monthsBetween(start, end) / 12)),
  workdays_between: span((start, end) => calendar.workdaysBefore(end) - calendar.workdaysBefore(start)),
  add_days: given(["date", "number"], "date", (day: number, days: Decimal) => {
    const by = steps(days, MOST_DAYS);
    return by === null ? null : calendar.within(day + by);
  }),
  add_months: given(["date", "number"], "date", (day: number, months: Decimal) => {
    const by = steps(months, MOST_MONTHS);
    return by === null ? null : calendar.monthsLater(day, by);
  }),
  add_workdays: given(["date", "number"], "date", (day: number, days: Decimal) => {
    const by = steps(days, MOST_DAYS);
    return by === null ? null : calendar.workday(calendar.workdaysBefore(day) + by);
  }),
  start_of: given(["date", "text"], "date", calendar.startOf),
  end_of: given(["date", "text"], "date", calendar.endOf),
  // Moments.
  date_of: ofClock(({ day }) => day, "date"),
  hour: ofClock(({ hour }) => hour, "number"),
  minute: ofClock(({ minute }) => minute, "number"),
  seconds_between: given(["moment", "moment"], "number", (start: bigint, end: bigint) => ({ units: end - start, scale: 6 })),
  add_seconds: given(["moment", "number"], "moment", (moment: bigint, seconds: Decimal) => {
    const by = steps(seconds, MOST_SECONDS);
    return by === null ? null : calendar.known(moment + BigInt(by) * 1_000_000n);
  }),
};
