/** Names of people: written in order, read by splitting at the last word. */

const PARTS = ["prefix", "first", "middle", "last", "suffix"] as const;

export type PersonName = Partial<Record<(typeof PARTS)[number], string | null>>;

export function writeName(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return "";
  const parts = value as PersonName;
  return PARTS.map((part) => parts[part] ?? "").filter((part) => part !== "").join(" ");
}

/** «Ada Lovelace» and «Lovelace, Ada» alike; one word alone is the last name. */
export function readName(text: string): PersonName | null {
  const typed = text.trim().replace(/\s+/g, " ");
  if (typed === "") return null;
  const [last, first] = typed.split(/,\s*/, 2);
  if (first !== undefined && last !== undefined) return first === "" ? { last } : { first, last };
  const at = typed.lastIndexOf(" ");
  return at < 0 ? { last: typed } : { first: typed.slice(0, at), last: typed.slice(at + 1) };
}
