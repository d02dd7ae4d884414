/** What the records of a list must fulfil: conditions on the related records, and on the links themselves. Fetched when it is
 * wanted. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useCatalog } from "../../api/queries.ts";
import type { Condition, Filter, Obj } from "../../api/types.ts";
import { type Mode, readGroup, writeGroup } from "../../lib/filter.ts";
import { listAt } from "../../lib/lists.ts";
import style from "./filter.module.css";
import Rules from "./Rules.tsx";

const MODES = ["all", "any", "not"] as const;

interface WhereFormProps {
  object: Obj;
  condition: Condition;
  /** Of the list. */
  label: string;
  onChange(condition: Condition): void;
}

export default function WhereForm({ object, condition, label, onChange }: WhereFormProps) {
  const { t } = useTranslation();
  const list = listAt(object, condition.field, useCatalog());
  const given = condition.where === undefined ? { mode: "all" as const, rules: [] } : readGroup(condition.where);
  const [mode, setMode] = useState<Mode>(given.mode);
  if (list === undefined) return null;
  const put = (mode: Mode, rules: Filter[]) => {
    const { field, op } = condition;
    const [only] = rules;
    if (only === undefined) onChange({ field, op });
    else onChange({ field, op, where: rules.length === 1 && mode !== "not" ? only : writeGroup(mode, rules) });
  };
  return (
    <div role="group" aria-label={t("filter.where_of", { list: label })} className={style["where"]}>
      {given.rules.length > 1 || mode === "not"
        ? (
          <label>
            {t("filter.where")}
            <select className={style["select"]} value={mode}
              onChange={(event) => {
                const next = MODES.find((one) => one === event.currentTarget.value) ?? "all";
                setMode(next);
                put(next, given.rules);
              }}>
              {MODES.map((one) => <option key={one} value={one}>{t(`filter.mode_${one}`)}</option>)}
            </select>
          </label>
        )
        : <span>{t("filter.where")}</span>}
      <Rules object={list.of} rules={given.rules} except={list.near} opened={condition.op === "every"} onChange={(rules) => { put(mode, rules); }} />
    </div>
  );
}
