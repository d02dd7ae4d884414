/** Lists of related records that a filter can ask: those that point here, and links with what they say themselves. */
import type { Catalog, Field, Obj } from "../api/types.ts";
import { fieldAt, listable, objectNamed } from "./fields.ts";

export interface RelatedList {
  /** What the conditions of the list are about: the related object, or the junction whose records are the links. */
  of: Obj;
  /** The relation by which they point here; nothing to ask about, for it is the same for all. */
  near: string;
}

export const LIST_OPERATORS = ["some", "none", "every"];

export function asksList(op: string): boolean {
  return LIST_OPERATORS.includes(op);
}

export function listAt(object: Obj, key: string, catalog: Catalog): RelatedList | undefined {
  const field = object.fields.find(({ name }) => name === key);
  const inverse = object.inverses.find(({ name }) => name === key);
  const found = field?.through !== undefined ? { object: field.through.object, near: field.through.near }
    : field === undefined && inverse !== undefined ? { object: inverse.object, near: inverse.field } : undefined;
  const of = objectNamed(catalog, found?.object);
  if (found !== undefined) return of === undefined ? undefined : { of, near: found.near };
  const [relation, ...rest] = key.split(".");
  const to = object.fields.find(({ name }) => name === relation)?.to;
  const target = rest.length === 0 || to?.length !== 1 ? undefined : objectNamed(catalog, to[0]);
  return target === undefined ? undefined : listAt(target, rest.join("."), catalog);
}

/** The field of a condition with the operators that it can have; a list is one as well. */
export function askable(object: Obj, key: string, catalog: Catalog): Field | undefined {
  const field = fieldAt(object, key, catalog);
  if (listAt(object, key, catalog) === undefined) return field;
  return { ...(field ?? blank(key, labelOf(object, key, catalog))), operators: [...LIST_OPERATORS, ...(field?.operators ?? ["is_empty", "is_not_empty"])] };
}

/** What one can choose to filter by: fields, choices of related records, all fields of the other end of a link, lists. */
export function askables(object: Obj, catalog: Catalog, except?: string): Field[] {
  const direct = listable(object).filter(({ filterable, name }) => filterable && name !== except);
  const related = direct.filter(({ kind, to }) => kind === "relation" && to?.length === 1).flatMap((field) => {
    const whole = object.ends?.includes(field.name) === true;
    const target = objectNamed(catalog, field.to?.[0]);
    return (target === undefined ? [] : whole ? listable(target) : target.fields)
      .filter(({ filterable, options, readonly }) => filterable && (whole || (!readonly && options !== null)))
      .map(({ name }) => `${field.name}.${name}`);
  });
  // Links are asked by their own field.
  const inverses = object.inverses.filter((one) => !object.fields.some(({ name, through }) => name === one.name || through?.object === one.object));
  return [...direct, ...inverses].map(({ name }) => name).concat(related).flatMap((key) => askable(object, key, catalog) ?? []);
}

function labelOf(object: Obj, key: string, catalog: Catalog): string {
  const [relation, ...rest] = key.split(".");
  const field = object.fields.find(({ name }) => name === relation);
  const target = rest.length === 0 ? undefined : objectNamed(catalog, field?.to?.[0]);
  if (target === undefined) return object.inverses.find(({ name }) => name === key)?.label ?? key;
  return `${field?.label ?? ""} · ${labelOf(target, rest.join("."), catalog)}`;
}

function blank(name: string, label: string): Field {
  return {
    name, label, kind: "list", help: null, required: false, unique: false, custom: false, readonly: true, options: null, to: null,
    inverse: null, formula: null, type: "list", default: null, filterable: true, sortable: false, groupable: false, measurable: false,
    operators: [], parts: [],
  };
}
