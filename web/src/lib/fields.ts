/** Finds the field behind a key such as `name`, `billing_address.city` or `account.industry`. */
import type { Catalog, Field, Obj } from "../api/types.ts";

export function objectNamed(catalog: Catalog, name: string | undefined): Obj | undefined {
  return catalog.objects.find((object) => object.name === name);
}

/** The field with the key as its name; parts and fields of related records are read-only here. */
export function fieldAt(object: Obj, key: string, catalog: Catalog): Field | undefined {
  const direct = object.fields.find(({ name }) => name === key);
  if (direct !== undefined) return direct;
  const dot = key.indexOf(".");
  if (dot < 0) return undefined;
  const field = object.fields.find(({ name }) => name === key.slice(0, dot));
  const rest = key.slice(dot + 1);
  const part = field?.parts.find(({ name }) => name === rest);
  if (field !== undefined && part !== undefined)
    return { ...field, name: key, kind: part.type, type: part.type, label: part.label, readonly: true, groupable: false, sortable: true, parts: [] };
  const target = field?.to?.length === 1 ? objectNamed(catalog, field.to[0]) : undefined;
  const found = target === undefined ? undefined : fieldAt(target, rest, catalog);
  return field === undefined || found === undefined
    ? undefined
    : { ...found, name: key, label: `${field.label} · ${found.label}`, readonly: true };
}

/** The key under which a list brings the title of a related record, null where it cannot. */
export function titleKey(field: Field, catalog: Catalog): string | null {
  if (!["relation", "user"].includes(field.kind) || field.to?.length !== 1) return null;
  const target = objectNamed(catalog, field.to[0]);
  return target === undefined ? null : `${field.name}.${target.title}`;
}

/** What a person can put into a list by hand: every field but the inner ones. */
export function listable(object: Obj): Field[] {
  return object.fields.filter(({ kind, name }) => kind !== "version" && name !== "id");
}
