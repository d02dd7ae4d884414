/** A list at two moments: how many records came, went and changed, and each of them with what it was and became. */
import { IconArrowNarrowRight, IconMinus, IconPencil, IconPlus } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useCatalog } from "../../api/queries.ts";
import type { Obj } from "../../api/types.ts";
import type { ListState } from "../../lib/listState.ts";
import { formatNumber } from "../../lib/format.ts";
import { NOW, Past } from "../../lib/past.ts";
import { seen } from "../../lib/seen.ts";
import { Band } from "../../ui/Band.tsx";
import { Button } from "../../ui/Button.tsx";
import { Empty } from "../../ui/Empty.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { type Column, columnsOf, wantedFields } from "../table/columns.ts";
import style from "./compare.module.css";
import { type ComparedRow, useComparison } from "./useComparison.ts";

const SIGNS = { entered: IconPlus, left: IconMinus, changed: IconPencil };
const CHANGES = ["entered", "left", "changed"] as const;
const NO_WIDTHS = {};

interface ComparisonProps {
  object: Obj;
  list: ListState;
  from: string;
  to: string;
}

export default function Comparison({ object, list, from, to }: ComparisonProps) {
  const { t } = useTranslation();
  const catalog = useCatalog();
  const columns = useMemo(() => columnsOf(object, list.columns, catalog, NO_WIDTHS), [object, list.columns, catalog]);
  const answer = useComparison(object.name, {
    filter: list.filter, from, to, fields: columns.map(({ field }) => field.name), wanted: wantedFields(columns, null, catalog),
  });
  const first = answer.data?.pages[0];
  const rows = answer.data?.pages.flatMap((page) => page.rows) ?? [];
  if (answer.isError && first === undefined) return <Band message={answer.error.message} onRetry={() => { void answer.refetch(); }} />;
  if (first === undefined) return <div className={style["frame"]} aria-busy><Skeleton width="40%" /></div>;
  return (
    <div className={style["frame"]} role="region" tabIndex={0} aria-label={t("past.differences", { plural: object.plural })}>
      <div className={style["counts"]} role="status">
        {CHANGES.map((change) => <span key={change}><Sign change={change} /> {t(`past.${change}`, { number: formatNumber(first[change]) })}</span>)}
      </div>
      {rows.length === 0 ? <Empty title={t("past.same")} text={t("past.same_text")} /> : (
        // On phones rows are cards; their roles stay those of a table.
        <table role="table" className={style["table"]}>
          <thead role="rowgroup">
            <tr role="row">{columns.map(({ field }) => <th key={field.name} role="columnheader" scope="col">{field.label}</th>)}</tr>
          </thead>
          <tbody role="rowgroup">
            {rows.map((row) => <Row key={row.id} object={object} columns={columns} row={row} from={from} to={to} />)}
          </tbody>
        </table>
      )}
      {answer.hasNextPage && (
        <Button disabled={answer.isFetchingNextPage} onClick={() => { void answer.fetchNextPage(); }}>{t("past.more")}</Button>
      )}
    </div>
  );
}

function Row({ object, columns, row, from, to }: { object: Obj; columns: Column[]; row: ComparedRow; from: string; to: string }) {
  const { t } = useTranslation();
  const shown = row.change === "left" ? from : to;
  return (
    // Titles of what is linked are those of the side that is shown.
    <Past value={shown === NOW ? null : shown}>
      <tr role="row" data-change={row.change}>
        {columns.map((column, at) => {
          const { field, kind } = column;
          const differs = row.change === "changed" && row.fields[field.name] !== undefined;
          const title = seen(kind.format(row.record[field.name], field)) || t("table.untitled");
          return (
            <td key={field.name} role="cell" data-label={field.label} data-differs={differs || undefined} data-title={at === 0 || undefined}
              className={kind.isEmpty(row.record[field.name]) && !differs ? style["empty"] : undefined}>
              <span className={style["cell"]}>
                {at === 0 && <Sign change={row.change} />}
                {differs && <><Value column={column} row={row} value={row.fields[field.name]?.before} old /><IconArrowNarrowRight size={14} aria-label={t("history.becomes")} /></>}
                {at === 0
                  ? <Link to="/o/$object/$id" params={{ object: object.name, id: row.id }} search={shown === NOW ? {} : { as_of: shown }}>{title}</Link>
                  : <Value column={column} row={row} value={row.record[field.name]} />}
              </span>
            </td>
          );
        })}
      </tr>
    </Past>
  );
}

function Value({ column: { field, kind }, row, value, old = false }: { column: Column; row: ComparedRow; value: unknown; old?: boolean }) {
  const { t } = useTranslation();
  if (kind.isEmpty(value)) return <span className={style["unset"]}>{row.fields[field.name] === undefined || row.change !== "changed" ? "" : t("history.empty")}</span>;
  const shown = old ? <kind.Display field={field} value={value} /> : <kind.Display field={field} value={value} record={row.record} />;
  return old ? <del className={style["before"]}>{shown}</del> : <span className={style["after"]}>{shown}</span>;
}

function Sign({ change }: { change: ComparedRow["change"] }) {
  const { t } = useTranslation();
  const Drawn = SIGNS[change];
  return <span className={style["sign"]} data-change={change} title={t(`past.is_${change}`)}><Drawn size={13} stroke={2.25} role="img" aria-label={t(`past.is_${change}`)} /></span>;
}
