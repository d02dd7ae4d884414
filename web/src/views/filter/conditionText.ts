/** The operator and the value of a condition in words. */
import { useQueries } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { titleQuery } from "../../api/titles.ts";
import type { Condition, Field } from "../../api/types.ts";
import { kindOf } from "../../kinds/registry.ts";
import { formatNumber } from "../../lib/format.ts";
import { takesValue } from "../../lib/filter.ts";

/** Operators that mean a collection of records read otherwise than those of a text. */
export function operatorLabel(t: (key: string) => string, field: Field, op: string): string {
  const dated = field.type === "date" || field.type === "moment";
  return t(dated && ["gte", "lte", "gt", "lt"].includes(op) ? `filter.op_date_${op}` : `filter.op_${op}`);
}

export function useTitles(field: Field, ids: string[]): string[] {
  const object = field.to?.[0] ?? "";
  const titles = useQueries({ queries: ids.map((id) => titleQuery(object, id)) });
  return titles.map(({ data }) => data ?? "…");
}

export function useValueText(field: Field, { op, value }: Condition): string {
  const { t } = useTranslation();
  const ids = field.to === null || !takesValue(op) ? [] : (Array.isArray(value) ? value : [value]).filter((one) => typeof one === "string");
  const titles = useTitles(field, ids);
  if (!takesValue(op)) return "";
  if (field.to !== null) return titles.join(", ");
  if (op === "within" && typeof value === "object" && value !== null) {
    const given = value as Record<string, unknown>;
    const span = ["last", "next", "this"].find((one) => one in given) ?? "this";
    const count = Number(given[span] ?? 1);
    const unit = t(`filter.unit_${String(given["unit"])}`, { count });
    return span === "this" ? `${t("filter.this")} ${unit}` : `${t(`filter.${span}`)} ${String(count)} ${unit}`;
  }
  const kind = kindOf(field);
  const one = (single: unknown) => (typeof single === "number" && field.kind === "money" ? formatNumber(single) : typeof single === "string" && field.options === null && field.type !== "date" && field.type !== "moment"
    ? single
    : kind.format(single, field.kind === "tags" ? { ...field, kind: "text" } : field));
  return Array.isArray(value) ? value.map(one).join(op === "between" ? " – " : ", ") : one(value);
}
