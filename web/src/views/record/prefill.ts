/** What a new record already holds when it is added from the related list of another. */

import type { Field } from "../../api/types.ts";

/** The value for the field of the new record that points back: an id, or what it belongs to for `reference`, for `about` a list of such. */
export function pointingBack(field: Field, object: string, id: string): Record<string, unknown> {
  if (field.kind === "about") return { [field.name]: [{ object, id }] };
  if (field.kind === "reference") return { [field.name]: { object, id } };
  return { [field.name]: id };
}

/** The condition that finds the records whose field points to this one. */
export function pointingTo(field: Field, id: string): { field: string; op: string; value: string } {
  return { field: field.name, op: field.kind === "about" ? "contains" : "is", value: id };
}
