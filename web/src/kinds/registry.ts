/** Every kind by its name on the server. */
import type { Field } from "../api/types.ts";
import { about } from "./about.tsx";
import { address } from "./address.tsx";
import { autoNumber } from "./autoNumber.ts";
import { boolean } from "./boolean.tsx";
import { choice } from "./choice.tsx";
import { choices } from "./choices.tsx";
import { date } from "./date.tsx";
import { duration } from "./duration.ts";
import { emails } from "./emails.tsx";
import { file, image } from "./file.tsx";
import { formulaKind } from "./formula.ts";
import type { Kind } from "./kind.ts";
import { json } from "./json.tsx";
import { links } from "./links.tsx";
import { location } from "./location.tsx";
import { longText } from "./longText.tsx";
import { many } from "./many.tsx";
import { moment } from "./moment.tsx";
import { money } from "./money.tsx";
import { number } from "./number.ts";
import { percent } from "./percent.ts";
import { personName } from "./personName.tsx";
import { phones } from "./phones.tsx";
import { rating } from "./rating.tsx";
import { reference } from "./reference.ts";
import { relation } from "./relation.tsx";
import { richText } from "./richText.tsx";
import { rollupKind } from "./rollup.ts";
import { tags } from "./tags.tsx";
import { text } from "./text.ts";
import { user } from "./user.ts";

const KINDS: Record<string, Kind> = Object.fromEntries(
  [
    text, longText, richText, number, percent, money, rating, duration, boolean, date, moment, choice, choices, personName, emails, phones, address, location, links,
    relation, reference, about, many, user, tags, file, image, json, autoNumber, { ...text, name: "id", icon: "key", long: true }, { ...number, name: "version", long: true },
  ].map((kind) => [kind.name, kind]),
);

/** The icon that stands for a kind in lists of fields and in the kind picker. */
export function kindIcon(name: string): string {
  if (name === "rollup") return rollupKind({ type: null }, KINDS).icon;
  return name === "formula" ? formulaKind(null).icon : (KINDS[name]?.icon ?? "square");
}

const derived = new Map<string, Kind>();

export function kindOf(field: Field): Kind {
  if (field.kind !== "formula" && field.kind !== "rollup") return KINDS[field.kind] ?? text;
  const key = `${field.kind} ${field.type ?? ""} ${field.source ?? ""}`;
  let kind = derived.get(key);
  if (kind === undefined) derived.set(key, (kind = field.kind === "formula" ? formulaKind(field.type) : rollupKind(field, KINDS)));
  return kind;
}
