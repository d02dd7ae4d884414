/** Operator and value of one condition. */
import { useTranslation } from "react-i18next";
import type { Condition, Field } from "../../api/types.ts";
import { takesValue, valueFor } from "../../lib/filter.ts";
import style from "./filter.module.css";
import { ValueEditor } from "./ValueEditor.tsx";

/** Operators that mean a collection of records read otherwise than those of a text. */
export function operatorLabel(t: (key: string) => string, field: Field, op: string): string {
  const dated = field.type === "date" || field.type === "moment";
  return t(dated && ["gte", "lte", "gt", "lt"].includes(op) ? `filter.op_date_${op}` : `filter.op_${op}`);
}

export function ConditionForm({ field, condition, onChange, onDone }: {
  field: Field;
  condition: Condition;
  onChange(condition: Condition): void;
  onDone(): void;
}) {
  const { t } = useTranslation();
  return (
    <div className={style["form"]}>
      <select className={style["select"]} aria-label={t("filter.operator")} value={condition.op}
        onChange={(event) => {
          const op = event.currentTarget.value;
          const value = valueFor(op, condition.op, condition.value);
          onChange(value === undefined ? { field: condition.field, op } : { field: condition.field, op, value });
        }}>
        {field.operators.map((op) => <option key={op} value={op}>{operatorLabel(t, field, op)}</option>)}
      </select>
      {takesValue(condition.op) && (
        <ValueEditor key={condition.op} field={field} op={condition.op} value={condition.value} autoFocus onDone={onDone}
          onChange={(value) => { onChange({ ...condition, value }); }} />
      )}
    </div>
  );
}
