/** How a related record is called: from the list that brought it along, else asked for. */
import { useQuery } from "@tanstack/react-query";
import { useCatalog } from "../api/queries.ts";
import { titleQuery } from "../api/titles.ts";
import type { Field, RecordValues, Reference } from "../api/types.ts";
import { titleKey } from "../lib/fields.ts";
import { writeName } from "../lib/personName.ts";

export function referenceOf(field: Field, value: unknown): Reference | null {
  if (typeof value === "string" && value !== "") return { object: field.to?.[0] ?? "", id: value };
  if (typeof value === "object" && value !== null && "id" in value) {
    const { object, id } = value as Partial<Reference>;
    if (typeof id === "string") return { object: object ?? field.to?.[0] ?? "", id };
  }
  return null;
}

export function useRelatedTitle(field: Field, reference: Reference | null, record?: RecordValues): string {
  const key = titleKey(field, useCatalog());
  const brought = key === null || record === undefined ? undefined : record[key];
  const known = brought === undefined || brought === null ? "" : writeName(brought);
  const asked = useQuery({
    ...titleQuery(reference?.object ?? "", reference?.id ?? ""),
    enabled: known === "" && reference !== null,
  });
  return known !== "" ? known : (asked.data ?? "");
}
