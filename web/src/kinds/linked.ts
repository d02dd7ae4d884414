/** The links of a many-to-many as the server sends them, and the attributes that they have. */
import { useCatalog } from "../api/queries.ts";
import type { Field } from "../api/types.ts";

export interface Linked extends Record<string, unknown> {
  object: string;
  id: string;
}

export function linksIn(field: Field, value: unknown): Linked[] {
  return (Array.isArray(value) ? value : []).flatMap((one: unknown) => {
    if (typeof one === "string") return [{ object: field.to?.[0] ?? "", id: one }];
    if (typeof one !== "object" || one === null || !("id" in one)) return [];
    return [{ object: field.to?.[0] ?? "", ...(one as { id: string }) }];
  });
}

const HIDDEN = new Set(["id", "version", "created_at", "updated_at", "created_by", "updated_by", "external_id"]);

/** What a link says besides its ends: fields of the junction. */
export function useAttributes(field: Field): Field[] {
  const { objects } = useCatalog();
  const junction = objects.find(({ name }) => name === field.through?.object);
  return junction?.fields.filter(({ name }) => !HIDDEN.has(name) && junction.ends?.includes(name) !== true) ?? [];
}
