/** Which fields say most about a record where there is little room. */
import type { Field, Obj, RecordValues } from "../../api/types.ts";
import { kindOf } from "../../kinds/registry.ts";
import { t } from "../../lib/i18n.ts";
import { seen } from "../../lib/seen.ts";

/** Up to `most` fields of the first table, without the title, what is left out, what is long, and with
 * one moment only: the end of a meeting says little beside its start. */
export function keyFields(object: Obj, leftOut: readonly string[], most: number): Field[] {
  const names = object.views.find(({ type }) => type === "table")?.fields ?? [];
  const fields = names.flatMap((name) => object.fields.find((field) => field.name === name) ?? []);
  return fields
    .filter((field) => (field.name !== object.title || object.ends?.length) && !leftOut.includes(field.name) && kindOf(field).long !== true)
    .filter((field, at, all) => field.kind !== "moment" || all.findIndex(({ kind }) => kind === "moment") === at)
    .slice(0, most);
}

export function titleField(object: Obj): Field | undefined {
  return object.fields.find(({ name }) => name === object.title);
}

export function titleOf(object: Obj, record: RecordValues): string {
  const field = titleField(object);
  return (field === undefined ? "" : seen(kindOf(field).format(record[field.name], field))) || t("record.untitled", { label: object.label });
}

/** The choice whose options end in outcomes: the way that a record goes. */
export function stageField(object: Obj): Field | undefined {
  return object.fields.find((field) => field.kind === "choice" && field.options?.some((option) => typeof option.outcome === "string"));
}
