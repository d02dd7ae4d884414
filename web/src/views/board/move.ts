/** What a board holds and how it changes when a card moves, so that counts and sums are right at once. */

import type { Money, RecordValues } from "../../api/types.ts";
import { convertedOf, isMoney } from "../../kinds/money.tsx";

export type Sum = Money | Money[] | number | null;

export interface Lane {
  key: string | null;
  count: number;
  sums: Record<string, Sum>;
  records: RecordValues[];
  next: string | null;
}

export interface Move {
  id: string;
  from: string | null;
  to: string | null;
  group: string;
}

/** The lanes after the card has moved to the head of its new lane; the same lanes where nothing changes. */
export function moveCard(lanes: readonly Lane[], move: Move): readonly Lane[] {
  if (move.from === move.to) return lanes;
  const card = lanes.find((lane) => lane.key === move.from)?.records.find((record) => record.id === move.id);
  if (card === undefined) return lanes;
  return lanes.map((lane) => {
    if (lane.key === move.from) return without(lane, card);
    if (lane.key === move.to) return withCard(lane, { ...card, [move.group]: move.to });
    return lane;
  });
}

/** The lanes with one card"s new values, such as its version after saving. */
export function mergeCard(lanes: readonly Lane[], id: string, values: Partial<RecordValues>): readonly Lane[] {
  return lanes.map((lane) => ({
    ...lane,
    records: lane.records.map((record) => (record.id === id ? { ...record, ...values } : record)),
  }));
}

/** A lane with the next page of its cards; one that is there already is not shown twice. */
export function appendCards(lane: Lane, records: readonly RecordValues[], next: string | null): Lane {
  const known = new Set(lane.records.map((record) => record.id));
  return { ...lane, records: [...lane.records, ...records.filter((record) => !known.has(record.id))], next };
}

function without(lane: Lane, card: RecordValues): Lane {
  const records = lane.records.filter((record) => record.id !== card.id);
  return { ...lane, records, count: lane.count - 1, sums: shifted(lane.sums, card, -1) };
}

function withCard(lane: Lane, card: RecordValues): Lane {
  return { ...lane, records: [card, ...lane.records], count: lane.count + 1, sums: shifted(lane.sums, card, 1) };
}

function shifted(sums: Record<string, Sum>, card: RecordValues, sign: 1 | -1): Record<string, Sum> {
  return Object.fromEntries(Object.entries(sums).map(([field, sum]) => [field, addTo(sum, card[field], convertedOf(field, card), sign)]));
}

/** A sum and one more value of its field. Money in another currency goes in as what it is worth; where the server keeps
 * currencies apart, for want of a rate, it goes to its own. */
export function addTo(sum: Sum, value: unknown, converted: Money | null, sign: 1 | -1): Sum {
  if (typeof value === "number") return (typeof sum === "number" ? sum : 0) + sign * value;
  if (!isMoney(value)) return sum;
  const parts = sum === null || typeof sum === "number" ? [] : Array.isArray(sum) ? sum : [sum];
  const worth = converted === null || parts.some(({ unrated }) => unrated) ? value : converted;
  const known = parts.some((part) => part.currency === worth.currency);
  const all = known ? parts : [...parts, { amount: "0.00", currency: worth.currency }];
  const next = all.map((part) => (part.currency === worth.currency ? { ...counted(part, worth === value ? 0 : sign), amount: plus(part.amount, worth.amount, sign) } : part));
  return next.length === 1 ? (next[0] ?? null) : next;
}

/** With so many more amounts that were converted. */
function counted({ converted = 0, ...part }: Money, more: number): Money {
  return converted + more > 0 ? { ...part, converted: converted + more } : part;
}

/** Exact addition of two decimal texts: scaled to whole numbers, so that cents never drift. */
function plus(a: string, b: string, sign: 1 | -1): string {
  const places = Math.max(decimals(a), decimals(b));
  const total = scaled(a, places) + BigInt(sign) * scaled(b, places);
  const digits = (total < 0n ? -total : total).toString().padStart(places + 1, "0");
  const whole = digits.slice(0, digits.length - places);
  return `${total < 0n ? "-" : ""}${whole}${places > 0 ? `.${digits.slice(-places)}` : ""}`;
}

function decimals(text: string): number {
  const dot = text.indexOf(".");
  return dot < 0 ? 0 : text.length - dot - 1;
}

function scaled(text: string, places: number): bigint {
  const [whole = "0", part = ""] = text.replace("-", "").split(".");
  const value = BigInt(whole + part.padEnd(places, "0"));
  return text.startsWith("-") ? -value : value;
}
