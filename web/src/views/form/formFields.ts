/** Which fields a form asks for, in which order: what must be given comes first. */
import type { Field, Obj } from "../../api/types.ts";
import { kindOf } from "../../kinds/registry.ts";

export interface FormSection {
  label: string | null;
  fields: Field[];
}

export function isWide(field: Field): boolean {
  return kindOf(field).wide === true;
}

/** First the title, what is required and what is prefilled; then the sections of the layout with the rest. */
export function formSections(object: Obj, prefilled: readonly string[]): FormSection[] {
  const order = object.layout.sections.flatMap(({ fields }) => fields);
  const writable = object.fields.filter((field) => !field.readonly && field.name !== "external_id");
  const place = (field: Field): number => (order.includes(field.name) ? order.indexOf(field.name) : order.length);
  const first = writable
    .filter((field) => field.required || field.name === object.title || prefilled.includes(field.name))
    .sort((a, b) => rank(a, object) - rank(b, object) || place(a) - place(b));
  const rest = object.layout.sections.map(({ label, fields }) => ({
    label,
    fields: fields.flatMap((name) => writable.find((field) => field.name === name && !first.includes(field)) ?? []),
  }));
  return [{ label: null, fields: first }, ...rest].filter(({ fields }) => fields.length > 0);
}

function rank(field: Field, object: Obj): number {
  if (field.name === object.title) return 0;
  return field.required ? 1 : 2;
}

/** What the fields hold before anybody typed: their defaults, the person as owner, and what was given. */
export function startValues(object: Obj, given: Record<string, unknown>, me: string | null): Record<string, unknown> {
  const defaults = object.fields
    .filter((field) => !field.readonly && field.default !== null && field.default !== undefined)
    .map((field) => [field.name, field.default] as const);
  const owned = object.owned && me !== null && object.fields.some((field) => field.name === "owner" && !field.readonly);
  return { ...Object.fromEntries(defaults), ...(owned ? { owner: me } : {}), ...given };
}

/** The fields whose values are no longer those of the record. */
export function changed(values: Record<string, unknown>, record: Record<string, unknown>, fields: readonly string[]): string[] {
  return fields.filter((name) => JSON.stringify(values[name] ?? null) !== JSON.stringify(record[name] ?? null));
}
