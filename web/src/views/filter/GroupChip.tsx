/** A group of conditions of which any (or all) must hold: one dashed chip that opens its builder. */
import { Popover } from "@mantine/core";
import { IconChevronDown, IconPlus, IconTrash, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useCatalog } from "../../api/queries.ts";
import type { Condition, Filter, Obj } from "../../api/types.ts";
import { fieldAt } from "../../lib/fields.ts";
import { firstOperator, isComplete, isCondition } from "../../lib/filter.ts";
import { Button, IconButton } from "../../ui/Button.tsx";
import { ConditionForm } from "./ConditionForm.tsx";
import { FieldPicker } from "./FieldPicker.tsx";
import style from "./filter.module.css";

type Mode = "any" | "all" | "not";

export function GroupChip({ object, filter, fresh, onChange, onRemove }: {
  object: Obj;
  filter: Exclude<Filter, Condition>;
  fresh: boolean;
  onChange(filter: Filter): void;
  onRemove(): void;
}) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(fresh);
  const { mode, rules } = read(filter);
  const [draft, setDraft] = useState(rules);
  const close = () => {
    setOpen(false);
    const kept = draft.filter((rule) => !isCondition(rule) || isComplete(rule));
    if (kept.length === 0) onRemove();
    else onChange(write(mode, kept));
  };
  return (
    <Popover opened={open} onChange={(next) => { if (!next) close(); }} position="bottom-start" withinPortal trapFocus width={420}
      transitionProps={{ duration: 0 }}>
      <span className={style["chip"]} data-group>
        <Popover.Target>
          <button type="button" className={style["main"]} onClick={() => { if (open) close(); else { setDraft(rules); setOpen(true); } }}>
            <span className={style["field"]}>{t(`filter.mode_${mode}`)}</span>
            <span className={style["value"]}>{t("filter.rules", { count: rules.length })}</span>
            <IconChevronDown size={14} stroke={1.75} aria-hidden />
          </button>
        </Popover.Target>
          <button type="button" className={style["remove"]} aria-label={t("filter.remove_group")} onClick={onRemove}>
            <IconX size={14} stroke={1.75} aria-hidden />
          </button>
      </span>
      <Popover.Dropdown aria-label={t("filter.group")}>
        <Builder object={object} rules={draft} onChange={setDraft} />
        <footer className={style["foot"]}><Button small look="primary" onClick={close}>{t("filter.apply")}</Button></footer>
      </Popover.Dropdown>
    </Popover>
  );
}

function Builder({ object, rules, onChange }: { object: Obj; rules: Filter[]; onChange(rules: Filter[]): void }) {
  const { t } = useTranslation();
  const catalog = useCatalog();
  const [adding, setAdding] = useState(rules.length === 0);
  const put = (at: number, rule: Filter) => { onChange(rules.map((one, index) => (index === at ? rule : one))); };
  return (
    <div className={style["builder"]}>
      {rules.map((rule, at) => {
        const field = isCondition(rule) ? fieldAt(object, rule.field, catalog) : undefined;
        return (
          <div key={at} className={style["rule"]}>
            <header>
              <span>{field?.label ?? t("filter.nested")}</span>
              <IconButton small label={t("filter.remove", { field: field?.label ?? t("filter.nested") })}
                onClick={() => { onChange(rules.filter((_, index) => index !== at)); }}>
                <IconTrash size={14} stroke={1.75} aria-hidden />
              </IconButton>
            </header>
            {field !== undefined && isCondition(rule)
              && <ConditionForm field={field} condition={rule} onChange={(next) => { put(at, next); }} onDone={() => undefined} />}
          </div>
        );
      })}
      {adding
        ? (
          <FieldPicker object={object} onCancel={() => { setAdding(false); }} onPick={(field) => {
            setAdding(false);
            onChange([...rules, { field: field.name, op: firstOperator(field), value: null }]);
          }} />
        )
        : <Button small look="quiet" icon={<IconPlus size={14} aria-hidden />} onClick={() => { setAdding(true); }}>{t("filter.add_rule")}</Button>}
    </div>
  );
}

function read(filter: Exclude<Filter, Condition>): { mode: Mode; rules: Filter[] } {
  if ("any" in filter) return { mode: "any", rules: filter.any };
  if ("all" in filter) return { mode: "all", rules: filter.all };
  return { mode: "not", rules: "any" in filter.not ? filter.not.any : [filter.not] };
}

function write(mode: Mode, rules: Filter[]): Filter {
  if (mode === "not") return { not: rules.length === 1 && rules[0] !== undefined ? rules[0] : { any: rules } };
  return mode === "any" ? { any: rules } : { all: rules };
}
