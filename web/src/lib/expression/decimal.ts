/** Exact decimals, as the server counts: never a binary fraction. A number is `units` / 10^`scale`. */

export interface Decimal {
  units: bigint;
  scale: number;
}

/** Decimals of a product or quotient; numbers of 10^28 and more are empty. */
export const SCALE = 10;
const LIMIT = 10n ** 28n;
const WRITTEN = /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** The number that a JSON number or its text spells; null if it is none. */
export function decimal(written: string | number): Decimal | null {
  const match = WRITTEN.exec(String(written).trim());
  if (match === null) return null;
  const [, sign = "", whole = "0", part = "", power = "0"] = match;
  const moved = part.length - Number(power);
  const units = BigInt(whole + part) * (sign === "-" ? -1n : 1n);
  return trimmed(moved >= 0 ? { units, scale: moved } : { units: units * 10n ** BigInt(-moved), scale: 0 });
}

export function whole(units: number | bigint): Decimal {
  return { units: BigInt(units), scale: 0 };
}

export const ZERO = whole(0);

function trimmed({ units, scale }: Decimal): Decimal {
  let [left, places] = [units, scale];
  while (places > 0 && left % 10n === 0n) [left, places] = [left / 10n, places - 1];
  return { units: left, scale: places };
}

/** The number, or null if it is too large to be kept. */
export function bounded(value: Decimal): Decimal | null {
  const size = value.units < 0n ? -value.units : value.units;
  return size < LIMIT * 10n ** BigInt(value.scale) ? trimmed(value) : null;
}

function alike(a: Decimal, b: Decimal): [bigint, bigint, number] {
  const scale = Math.max(a.scale, b.scale);
  return [a.units * 10n ** BigInt(scale - a.scale), b.units * 10n ** BigInt(scale - b.scale), scale];
}

export function compare(a: Decimal, b: Decimal): number {
  const [one, other] = alike(a, b);
  return one < other ? -1 : one > other ? 1 : 0;
}

export function plus(a: Decimal, b: Decimal): Decimal {
  const [one, other, scale] = alike(a, b);
  return { units: one + other, scale };
}

export function negated({ units, scale }: Decimal): Decimal {
  return { units: -units, scale };
}

export function times(a: Decimal, b: Decimal): Decimal {
  return rounded({ units: a.units * b.units, scale: a.scale + b.scale }, SCALE);
}

/** Null if the divisor is 0. */
export function over(a: Decimal, b: Decimal): Decimal | null {
  if (b.units === 0n) return null;
  const [one, other] = alike(a, b);
  return rounded({ units: (one * 10n ** BigInt(SCALE + 1)) / other, scale: SCALE + 1 }, SCALE);
}

/** What is left after dividing, with the sign of the number; null if the divisor is 0. */
export function rest(a: Decimal, b: Decimal): Decimal | null {
  const [one, other, scale] = alike(a, b);
  return other === 0n ? null : rounded({ units: one % other, scale }, SCALE);
}

type Way = "half" | "down" | "floor" | "ceil";

/** To so many decimals, half away from zero; -1 means tens. */
export function rounded(value: Decimal, places: number, way: Way = "half"): Decimal {
  if (places >= value.scale) return value;
  const unit = 10n ** BigInt(value.scale - places);
  const left = value.units % unit;
  let cut = value.units / unit;
  const sign = value.units < 0n ? -1n : 1n;
  if (way === "half" && left * sign * 2n >= unit) cut += sign;
  if (way === "floor" && left < 0n) cut -= 1n;
  if (way === "ceil" && left > 0n) cut += 1n;
  return places >= 0 ? { units: cut, scale: places } : { units: cut * 10n ** BigInt(-places), scale: 0 };
}

/** To 10 decimals; null below 0. */
export function root(value: Decimal): Decimal | null {
  if (value.units < 0n) return null;
  const extra = 2 * (SCALE + 2);
  const even = value.scale % 2;
  return rounded({ units: isqrt(value.units * 10n ** BigInt(extra + even)), scale: (value.scale + even + extra) / 2 }, SCALE);
}

function isqrt(value: bigint): bigint {
  if (value < 2n) return value;
  let found = 1n << BigInt(Math.ceil(value.toString(2).length / 2));
  for (;;) {
    const next = (found + value / found) >> 1n;
    if (next >= found) return found;
    found = next;
  }
}

/** A whole number between the bounds, cut towards zero. */
export function clamped(value: Decimal, least: number, most: number): number {
  const cut = rounded(value, 0, "down").units;
  return cut < BigInt(least) ? least : cut > BigInt(most) ? most : Number(cut);
}

/** Digits without exponent and without zeros at the end of the decimals. */
export function written(value: Decimal): string {
  const { units, scale } = trimmed(value);
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, "0");
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return units < 0n ? `-${text}` : text;
}
