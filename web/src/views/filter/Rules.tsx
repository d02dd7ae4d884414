/** Rules one below the other, each with its operator and value, and a way to add one. */
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useCatalog } from "../../api/queries.ts";
import type { Filter, Obj } from "../../api/types.ts";
import { firstCondition, isCondition } from "../../lib/filter.ts";
import { askable } from "../../lib/lists.ts";
import { Button, IconButton } from "../../ui/Button.tsx";
import ConditionForm from "./ConditionForm.tsx";
import { FieldPicker } from "./FieldPicker.tsx";
import style from "./filter.module.css";

interface RulesProps {
  object: Obj;
  rules: Filter[];
  /** A field that is not offered. */
  except?: string;
  /** Whether a field is to be chosen at once. */
  opened?: boolean;
  onChange(rules: Filter[]): void;
}

export default function Rules({ object, rules, except, opened = true, onChange }: RulesProps) {
  const { t } = useTranslation();
  const catalog = useCatalog();
  const [adding, setAdding] = useState(opened && rules.length === 0);
  /** Only what was just added takes the focus. */
  const [fresh, setFresh] = useState(-1);
  const put = (at: number, rule: Filter) => { onChange(rules.map((one, index) => (index === at ? rule : one))); };
  return (
    <div className={style["builder"]}>
      {rules.map((rule, at) => {
        const field = isCondition(rule) ? askable(object, rule.field, catalog) : undefined;
        return (
          <div key={at} className={style["rule"]}>
            <header>
              <span>{field?.label ?? t("filter.nested")}</span>
              <IconButton small label={t("filter.remove", { field: field?.label ?? t("filter.nested") })}
                onClick={() => { setFresh(-1); onChange(rules.filter((_, index) => index !== at)); }}>
                <IconTrash size={14} stroke={1.75} aria-hidden />
              </IconButton>
            </header>
            {field !== undefined && isCondition(rule)
              && <ConditionForm object={object} field={field} condition={rule} autoFocus={at === fresh} onChange={(next) => { put(at, next); }} onDone={() => undefined} />}
          </div>
        );
      })}
      {adding
        ? (
          <FieldPicker object={object} except={except} onCancel={() => { setAdding(false); }} onPick={(field) => {
            setAdding(false);
            setFresh(rules.length);
            onChange([...rules, firstCondition(field)]);
          }} />
        )
        : <Button small look="quiet" icon={<IconPlus size={14} aria-hidden />} onClick={() => { setAdding(true); }}>{t("filter.add_rule")}</Button>}
    </div>
  );
}
