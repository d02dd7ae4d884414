/** Whether the server takes a formula, told while it is being written. */
import { useDebouncedValue } from "@mantine/hooks";
import { IconAlertCircle, IconCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { request, Problem } from "../../api/client.ts";
import { t } from "../../lib/i18n.ts";
import css from "./settings.module.css";

/** What is wrong with a formula, or null; `note` tells more about a good one. */
export interface Checked {
  fault: string | null;
  note?: string;
}

export type Check = (object: string, formula: string) => Promise<Checked>;

interface Props {
  object: string;
  formula: string;
  check: Check;
}

export function Verdict({ object, formula, check }: Props) {
  const [settled] = useDebouncedValue(formula, 400);
  const found = useQuery({
    queryKey: ["formula", check.name, object, settled],
    queryFn: () => check(object, settled),
    enabled: settled.trim() !== "",
    retry: false,
  }).data;
  if (formula.trim() === "" || settled !== formula || found === undefined) {
    return <p className={css["hint"]} role="status">{formula.trim() === "" ? "" : t("settings.checking")}</p>;
  }
  if (found.fault === null) {
    return <p className={css["ok"]} role="status"><IconCheck size={14} aria-hidden /> {found.note ?? t("settings.formula_valid")}</p>;
  }
  return <p className={css["bad"]} role="status"><IconAlertCircle size={14} aria-hidden /> {found.fault}</p>;
}

export async function checkFormula(object: string, formula: string): Promise<Checked> {
  const body = { kind: "formula", name: "formula_being_checked", label: "Formula", formula };
  return { fault: await faultOf(request("POST", `/objects/${object}/fields?check=true`, body)) };
}

export async function checkCondition(object: string, formula: string): Promise<Checked> {
  return { fault: await faultOf(tried(object, formula)) };
}

/** A rule, with how many records break it already. */
export async function checkRule(object: string, formula: string): Promise<Checked> {
  const trial = tried(object, formula);
  const fault = await faultOf(trial);
  if (fault !== null) return { fault };
  const { breaking } = await trial;
  if (breaking === null) return { fault };
  return { fault, note: breaking === 0 ? t("settings.rule_kept") : t("settings.rule_broken", { count: breaking }) };
}

function tried(object: string, formula: string): Promise<{ breaking: number | null }> {
  const body = { name: "rule_being_checked", label: "Rule", message: "Rule", refuse_if: formula };
  return request("POST", `/objects/${object}/rules?check=true`, body);
}

async function faultOf(trial: Promise<unknown>): Promise<string | null> {
  try {
    await trial;
    return null;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return error.errors.map((fault) => fault.message).join("\n") || error.detail;
  }
}
