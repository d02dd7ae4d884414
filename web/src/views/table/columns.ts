/** The columns of a table: which fields, how wide, and what must be asked for to fill them. */
import type { Catalog, Field, Obj } from "../../api/types.ts";
import { kindOf } from "../../kinds/registry.ts";
import type { Kind } from "../../kinds/kind.ts";
import { fieldAt, wantedFor } from "../../lib/fields.ts";

export interface Column {
  field: Field;
  kind: Kind;
  width: number;
}

const WIDTHS: Record<string, number> = {
  number: 110, percent: 110, money: 140, boolean: 96, date: 124, moment: 132, choice: 168, auto_number: 90, user: 172, relation: 196,
  emails: 220, phones: 164, long_text: 260, about: 240, tags: 180, choices: 200,
};

export function columnsOf(object: Obj, keys: string[], catalog: Catalog, widths: Record<string, number>): Column[] {
  const unique = [...new Set([object.title, ...keys])];
  return unique.flatMap((key, at) => {
    const field = fieldAt(object, key, catalog);
    if (field === undefined) return [];
    const kind = kindOf(field);
    return { field, kind, width: widths[key] ?? (at === 0 ? 256 : (WIDTHS[kind.name] ?? WIDTHS[field.kind] ?? 156)) };
  });
}

export function wantedFields(columns: Column[], group: Field | null, catalog: Catalog): string[] {
  const fields = columns.map(({ field }) => field);
  return [...new Set([...(group === null ? fields : [...fields, group]).flatMap((field) => wantedFor(field, catalog)), "version"])];
}
