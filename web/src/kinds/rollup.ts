/** A figure over related records: shown like what it was made of, never edited. */
import type { Field } from "../api/types.ts";
import { formulaKind } from "./formula.ts";
import type { Kind } from "./kind.ts";

/** Figures keep the look of their source, such as a percent or a duration; a count is a number. */
export function rollupKind(field: Pick<Field, "type" | "source">, kinds: Record<string, Kind>): Kind {
  const shown = formulaKind(field.type);
  const source = field.type === "number" && field.source !== "money" ? kinds[field.source ?? ""] : undefined;
  return { ...shown, ...(source === undefined ? {} : { Display: source.Display, format: source.format }), name: "rollup", icon: "sum" };
}
