/** The totals of everything the list finds, one figure a column. */
import { Menu } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { AggregateRow } from "../../api/types.ts";
import { classes } from "../../lib/classes.ts";
import { formatNumber } from "../../lib/format.ts";
import type { Sum } from "../../lib/listState.ts";
import { remarkOn } from "../../lib/sums.ts";
import { Apart } from "../../ui/Apart.tsx";
import type { Column } from "./columns.ts";
import { figure, figureOf, functionsFor } from "./figures.ts";
import style from "./table.module.css";

export function SumRow({ columns, sums, row, total, onSums }: {
  columns: Column[];
  sums: Sum[];
  row: AggregateRow | null;
  total: number | null;
  onSums(sums: Sum[]): void;
}) {
  const { t } = useTranslation();
  const choose = (field: string, fn: string | null) => {
    const rest = sums.filter((sum) => sum.field !== field);
    onSums(fn === null ? rest : [...rest, { field, fn }]);
  };
  return (
    <div role="row" className={style["sums"]}>
      <div role="gridcell" className={classes(style["check"], style["pin"])} />
      {columns.map(({ field, kind, width }, col) => {
        const sum = sums.find((one) => one.field === field.name);
        const functions = functionsFor(field);
        const value = sum === undefined ? undefined : figureOf(row, sum);
        return (
          <div key={field.name} role="gridcell" style={{ width }} title={value === undefined ? undefined : [figure(value, field, true), remarkOn(value)].filter(Boolean).join("\n")}
            className={classes(style["cell"], kind.align === "end" && style["end"], col === 0 && style["pin"], col === 0 && style["first"])}>
            {col === 0
              ? <span>{t("table.count")} <b>{total === null ? "–" : formatNumber(total)}</b></span>
              : functions.length > 0 && (
                <Menu position="top" transitionProps={{ duration: 0 }}>
                  <Menu.Target>
                    <button type="button" className={style["sumButton"]} data-empty={sum === undefined}
                      aria-label={sum === undefined ? t("table.sum_up", { field: field.label }) : undefined}>
                      {sum === undefined ? `+ ${t("table.sum_up_short")}` : <>{t(`table.fn_${sum.fn}`)} <b>{figure(value, field, false)}</b><Apart sum={value} /></>}
                    </button>
                  </Menu.Target>
                  <Menu.Dropdown>
                    {[...functions, null].map((fn) => (
                      <Menu.RadioItem key={fn ?? "none"} value={fn ?? "none"} checked={(sum?.fn ?? null) === fn} onChange={() => { choose(field.name, fn); }}>
                        {t(`table.fn_${fn ?? "none"}`)}
                      </Menu.RadioItem>
                    ))}
                  </Menu.Dropdown>
                </Menu>
              )}
          </div>
        );
      })}
    </div>
  );
}
