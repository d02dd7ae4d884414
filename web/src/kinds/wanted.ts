/** What a question must ask for so that fields can be shown: themselves, the titles of what they lead to, and the parts that
 * stand beside their values. */
import type { Catalog, Field } from "../api/types.ts";
import { titleKey } from "../lib/fields.ts";
import { kindOf } from "./registry.ts";

export function wanted(fields: readonly Field[], catalog: Catalog): string[] {
  const paths = fields.flatMap((field) => {
    const title = titleKey(field, catalog);
    return [field.name, ...(title === null ? [] : [title]), ...companions(field)];
  });
  return [...new Set(paths)];
}

/** Without those that the person may not see. */
function companions(field: Field): string[] {
  const told = kindOf(field).companions?.filter((name) => field.parts.some((part) => part.name === name)) ?? [];
  return told.map((name) => `${field.name}.${name}`);
}
