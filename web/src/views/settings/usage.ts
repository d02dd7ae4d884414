/** How much the fields of an object are used, and the advice that follows from it. */
import { useQuery } from "@tanstack/react-query";
import { request } from "../../api/client.ts";
import { formatNumber } from "../../lib/format.ts";
import { t } from "../../lib/i18n.ts";

export interface FieldUsage {
  name: string;
  /** From 0 to 1; null where nothing is stored, there are no records or counting takes long. */
  fill_rate: number | null;
  /** Null where none of the newest changes of the object changed the field. */
  changed_at: string | null;
  /** Sort of user, such as views → how many. */
  used: Record<string, number>;
}

export interface Usage {
  records: number | null;
  sampled: boolean;
  caps: Record<"fields" | "objects", { count: number; most: number }>;
  fields: FieldUsage[];
}

/** A field that fewer than one record in a hundred has, and that nothing but the record page shows or reads. */
const SELDOM = 0.01;
/** Where a cap comes into sight. */
const NEAR = 0.8;

export function useUsage(object: string, enabled: boolean): Usage | undefined {
  return useQuery({ queryKey: ["usage", object], queryFn: () => request<Usage>("GET", `/objects/${object}/fields/usage`), enabled }).data;
}

export function isUnused({ fill_rate: rate, used }: FieldUsage): boolean {
  return rate !== null && rate < SELDOM && Object.keys(used).every((sort) => sort === "layouts");
}

/** «0.4 %»: small shares are not rounded to nothing. */
export function formatShare(rate: number): string {
  return formatNumber(rate, { style: "percent", maximumFractionDigits: rate > 0 && rate < 0.1 ? 1 : 0 });
}

export function adviceOn(usage: Usage, field: FieldUsage): string {
  const count = usage.records ?? 0;
  return t(usage.sampled ? "settings.advice_sampled" : "settings.advice", { share: formatShare(field.fill_rate ?? 0), count });
}

/** The caps that will be hit before long, as sentences. */
export function nearCaps(usage: Usage): string[] {
  return (["fields", "objects"] as const).flatMap((what) => {
    const { count, most } = usage.caps[what];
    return count < most * NEAR ? [] : [t(`settings.cap_near_${what}`, { used: formatNumber(count), most: formatNumber(most) })];
  });
}
