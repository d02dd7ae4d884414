/** The head of a group: what it is, how many, and its totals under their columns. */
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Field } from "../../api/types.ts";
import { kindOf } from "../../kinds/registry.ts";
import { classes } from "../../lib/classes.ts";
import { formatMonth, formatNumber } from "../../lib/format.ts";
import type { Sum } from "../../lib/listState.ts";
import { remarkOn } from "../../lib/sums.ts";
import { Apart } from "../../ui/Apart.tsx";
import type { Column } from "./columns.ts";
import { figure, figureOf } from "./figures.ts";
import { type Group, isDated, NO_GROUP } from "./groups.ts";
import style from "./table.module.css";

interface GroupHeadProps {
  group: Group;
  field: Field;
  open: boolean;
  columns: Column[];
  sums: Sum[];
  focused: boolean;
  id: string;
  onToggle(): void;
}

export function GroupHead({ group, field, open, columns, sums, focused, id, onToggle }: GroupHeadProps) {
  const { t } = useTranslation();
  const Chevron = open ? IconChevronDown : IconChevronRight;
  const lead = columns.findIndex((column) => sums.some((sum) => sum.field === column.field.name));
  const span = lead < 0 ? columns.length : Math.max(lead, 1);
  const width = 44 + columns.slice(0, span).reduce((sum, column) => sum + column.width, 0);
  return (
    <div role="presentation" className={style["group"]}>
      <div id={id} role="gridcell" aria-colspan={span + 1} aria-expanded={open} style={{ width: Math.min(width, 44 + (columns[0]?.width ?? 0)) }}
        className={classes(style["groupHead"], focused && style["focused"])}>
        <button type="button" tabIndex={-1} aria-label={t(open ? "table.fold" : "table.unfold")} onClick={onToggle}>
          <Chevron size={16} stroke={1.75} aria-hidden />
        </button>
        <GroupLabel group={group} field={field} />
        {group.row !== null && <span>{formatNumber(Number(group.row["count"]))}</span>}
      </div>
      {columns.slice(1).map((column) => {
        const sum = sums.find((one) => one.field === column.field.name);
        const value = sum === undefined ? undefined : figureOf(group.row, sum);
        return (
          <div key={column.field.name} role="gridcell" style={{ width: column.width }} title={remarkOn(value) ?? undefined}
            className={classes(style["cell"], column.kind.align === "end" && style["end"])}>
            {sum !== undefined && group.row !== null && <>{figure(value, column.field, false)}<Apart sum={value} /></>}
          </div>
        );
      })}
    </div>
  );
}

export function GroupLabel({ group, field }: { group: Group; field: Field }) {
  const { t } = useTranslation();
  if (group.key === NO_GROUP) return <span>{t("table.no_value", { field: field.label })}</span>;
  if (isDated(field)) return <strong>{formatMonth(`${group.key}-01`)}</strong>;
  const { Display } = kindOf(field);
  return <span className="cut"><Display field={field} value={group.value} /></span>;
}
