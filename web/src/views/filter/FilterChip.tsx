/** One part of a filter: field, operator and value in a chip that opens its editor. */
import { Popover } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { lazy, Suspense, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useCatalog } from "../../api/queries.ts";
import type { Condition, Filter, Obj } from "../../api/types.ts";
import { classes } from "../../lib/classes.ts";
import { completed, isCondition, readGroup } from "../../lib/filter.ts";
import { askable, listAt } from "../../lib/lists.ts";
import { operatorLabel, useValueText } from "./conditionText.ts";
import style from "./filter.module.css";

const ConditionForm = lazy(() => import("./ConditionForm.tsx"));

interface FilterChipProps {
  object: Obj;
  condition: Condition;
  /** A fresh chip opens at once. */
  fresh: boolean;
  onChange(condition: Condition): void;
  onRemove(): void;
}

export function FilterChip({ object, condition, fresh, onChange, onRemove }: FilterChipProps) {
  const { t } = useTranslation();
  const catalog = useCatalog();
  const [open, setOpen] = useState(fresh);
  const [draft, setDraft] = useState(condition);
  const field = askable(object, condition.field, catalog);
  const latest = useRef(condition);
  /** Picking may set and close in one turn, before the state is drawn. */
  const draw = (next: Condition) => { latest.current = next; setDraft(next); };
  const shown = open ? draft : condition;
  const label = field?.label ?? condition.field;
  const close = () => {
    const draft = completed(latest.current);
    setOpen(false);
    if (JSON.stringify(draft) === JSON.stringify(condition) && !fresh) return;
    if (draft !== null && isCondition(draft)) onChange(draft);
    else if (fresh) onRemove();
  };
  return (
    <Popover opened={open} onChange={(next) => { if (!next) close(); }} position="bottom-start" withinPortal trapFocus closeOnEscape
      transitionProps={{ duration: 0 }} clickOutsideEvents={["mousedown", "touchstart"]}>
      <span className={classes(style["chip"], field === undefined && style["invalid"])}>
        <Popover.Target>
          <button type="button" className={style["main"]} disabled={field === undefined}
            onClick={() => { if (open) close(); else { draw(condition); setOpen(true); } }}>
            <span className={style["field"]}>{label}</span>
            {field !== undefined && <span className={style["op"]}>{operatorLabel(t, field, shown.op)}</span>}
            {field !== undefined && <ChipValue object={object} condition={shown} />}
          </button>
        </Popover.Target>
          <button type="button" className={style["remove"]} aria-label={t("filter.remove", { field: label })} onClick={onRemove}>
            <IconX size={14} stroke={1.75} aria-hidden />
          </button>
      </span>
      {field !== undefined && (
        <Popover.Dropdown aria-label={label}>
          <Suspense><ConditionForm object={object} field={field} condition={draft} onChange={draw} onDone={close} /></Suspense>
          <footer className={style["foot"]}><button type="button" className={style["apply"]} onClick={close}>{t("filter.apply")}</button></footer>
        </Popover.Dropdown>
      )}
    </Popover>
  );
}

export function ChipValue({ object, condition }: { object: Obj; condition: Condition }) {
  const catalog = useCatalog();
  const field = askable(object, condition.field, catalog);
  const list = listAt(object, condition.field, catalog);
  if (condition.where !== undefined && list !== undefined) return <WhereWords object={list.of} where={condition.where} />;
  return field === undefined ? null : <ValueWords field={field} condition={condition} />;
}

function ValueWords({ field, condition }: { field: NonNullable<ReturnType<typeof askable>>; condition: Condition }) {
  const text = useValueText(field, condition);
  return text === "" ? null : <span className={classes(style["value"], "cut")} title={text}>{text}</span>;
}

/** What the records of a list must fulfil: one condition in words, of several how many. */
function WhereWords({ object, where }: { object: Obj; where: Filter }) {
  const { t } = useTranslation();
  const field = askable(object, isCondition(where) ? where.field : "", useCatalog());
  if (!isCondition(where) || field === undefined) return <span className={style["value"]}>{t("filter.where_rules", { count: readGroup(where).rules.length })}</span>;
  return (
    <>
      <span className={style["op"]}>{t("filter.where_one", { field: field.label, op: operatorLabel(t, field, where.op) })}</span>
      <ChipValue object={object} condition={where} />
    </>
  );
}
