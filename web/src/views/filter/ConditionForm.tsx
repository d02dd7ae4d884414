/** Operator and value of one condition; of a list, what its records must fulfil. */
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import type { Condition, Field, Obj } from "../../api/types.ts";
import { takesValue, withOperator } from "../../lib/filter.ts";
import { asksList } from "../../lib/lists.ts";
import { operatorLabel } from "./conditionText.ts";
import style from "./filter.module.css";
import { ValueEditor } from "./ValueEditor.tsx";

const WhereForm = lazy(() => import("./WhereForm.tsx"));

export default function ConditionForm({ object, field, condition, autoFocus = true, onChange, onDone }: {
  object: Obj;
  field: Field;
  condition: Condition;
  autoFocus?: boolean;
  onChange(condition: Condition): void;
  onDone(): void;
}) {
  const { t } = useTranslation();
  return (
    <div className={style["form"]}>
      <select className={style["select"]} aria-label={t("filter.operator")} value={condition.op}
        onChange={(event) => { onChange(withOperator(condition, event.currentTarget.value)); }}>
        {field.operators.map((op) => <option key={op} value={op}>{operatorLabel(t, field, op)}</option>)}
      </select>
      {asksList(condition.op) && <Suspense><WhereForm object={object} condition={condition} label={field.label} onChange={onChange} /></Suspense>}
      {takesValue(condition.op) && (
        <ValueEditor key={condition.op} field={field} op={condition.op} value={condition.value} autoFocus={autoFocus} onDone={onDone}
          onChange={(value) => { onChange({ ...condition, value }); }} />
      )}
    </div>
  );
}
