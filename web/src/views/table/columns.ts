/** The columns of a table: which fields, how wide, and what must be asked for to fill them. */
import type { Catalog, Field, Obj } from "../../api/types.ts";
import { kindOf } from "../../kinds/registry.ts";
import type { Kind } from "../../kinds/kind.ts";
import { wanted } from "../../kinds/wanted.ts";
import { fieldAt } from "../../lib/fields.ts";

export interface Column {
  field: Field;
  kind: Kind;
  width: number;
}

export function columnsOf(object: Obj, keys: string[], catalog: Catalog, widths: Record<string, number>): Column[] {
  const unique = [...new Set([object.title, ...keys])];
  return unique.flatMap((key, at) => {
    const field = fieldAt(object, key, catalog);
    if (field === undefined) return [];
    const kind = kindOf(field);
    return { field, kind, width: widths[key] ?? (at === 0 ? 256 : kind.width) };
  });
}

export function wantedFields(columns: Column[], group: Field | null, catalog: Catalog): string[] {
  const fields = columns.map(({ field }) => field);
  return [...wanted(group === null ? fields : [...fields, group], catalog), "version"];
}
