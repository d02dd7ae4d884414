/** One record as a row of cells. */
import { IconLayoutSidebarRight, IconSquareCheckFilled, IconSquare } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { memo, type MouseEvent } from "react";
import { useTranslation } from "react-i18next";
import type { Obj, RecordValues } from "../../api/types.ts";
import { classes } from "../../lib/classes.ts";
import { seen } from "../../lib/seen.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { CellEditor, type Leave, type Refused } from "./CellEditor.tsx";
import type { Column } from "./columns.ts";
import style from "./table.module.css";

export interface RowActions {
  focus(row: number, col: number): void;
  edit(row: number, col: number): void;
  toggle(row: number, range: boolean): void;
  preview(row: number): void;
  save(record: RecordValues, column: Column, value: unknown): void;
  giveUp(record: RecordValues, column: Column): void;
  leave(row: number, col: number, to: Leave): void;
}

export interface Editing {
  replace: boolean;
  refused: Refused | null;
}

interface RowProps {
  object: Obj;
  record: RecordValues;
  row: number;
  columns: Column[];
  selected: boolean;
  shown: boolean;
  /** Column of the cursor, -1 when it is in another row. */
  cursor: number;
  editing: Editing | null;
  actions: RowActions;
  gridId: string;
}

const SHAPED: Record<string, "person" | "organisation"> = { account: "organisation", contact: "person", lead: "person", user: "person" };

export const Row = memo(function Row(props: RowProps) {
  const { object, record, row, columns, selected, actions, gridId, cursor, editing } = props;
  const { t } = useTranslation();
  const first = columns[0];
  const title = first === undefined ? "" : seen(first.kind.format(record[first.field.name], first.field));
  const Box = selected ? IconSquareCheckFilled : IconSquare;
  const shape = SHAPED[object.name];
  const onMouseDown = (event: MouseEvent<HTMLElement>) => {
    const col = Number((event.target as HTMLElement).closest<HTMLElement>("[data-col]")?.dataset["col"] ?? -1);
    if (col >= 0 && event.button === 0) actions.focus(row, col);
  };
  const onDoubleClick = (event: MouseEvent<HTMLElement>) => {
    const col = Number((event.target as HTMLElement).closest<HTMLElement>("[data-col]")?.dataset["col"] ?? -1);
    if (col >= 0) actions.edit(row, col);
  };
  return (
    <div role="presentation" className={classes(style["row"], selected && style["selected"], props.shown && style["shown"])}
      onMouseDown={onMouseDown} onDoubleClick={onDoubleClick}>
      <div role="gridcell" className={classes(style["check"], style["pin"])}>
        <button type="button" role="checkbox" tabIndex={-1} aria-checked={selected} aria-label={t("table.select", { title })}
          onMouseDown={(event) => { event.preventDefault(); }} onClick={(event) => { actions.toggle(row, event.shiftKey); }}>
          <Box size={17} stroke={1.5} aria-hidden />
        </button>
      </div>
      {columns.map((column, col) => {
        const { field, kind, width } = column;
        const isEdited = editing !== null && col === cursor;
        return (
          <div key={field.name} id={`${gridId}-${String(row)}-${String(col)}`} role="gridcell" data-col={col} style={{ width }}
            aria-colindex={col + 2} aria-selected={col === cursor} aria-readonly={field.readonly || undefined}
            className={classes(style["cell"], kind.align === "end" && style["end"], col === 0 && style["pin"], col === 0 && style["first"],
              col === cursor && style["focused"], isEdited && style["editing"])}>
            {col === 0 && shape !== undefined && <Avatar name={title} id={record.id} shape={shape} />}
            {col === 0
              ? (
                <Link to="/o/$object/$id" params={{ object: object.name, id: record.id }} tabIndex={-1} draggable={false}
                  className={`cut ${style["title"] ?? ""}`} preload={false}>
                  {title === "" ? t("table.untitled") : title}
                </Link>
              )
              : <span className="cut"><kind.Display field={field} value={record[field.name]} record={record} /></span>}
            {col === 0 && (
              <button type="button" tabIndex={-1} className={style["preview"]} onClick={() => { actions.preview(row); }}
                aria-label={t("table.preview_of", { title })}>
                <IconLayoutSidebarRight size={14} stroke={1.75} aria-hidden />{t("table.preview")}
              </button>
            )}
            {isEdited && (
              <CellEditor column={column} record={record} replace={editing.replace} refused={editing.refused}
                onSave={(value, from) => { actions.save(from, column, value); }} onGiveUp={() => { actions.giveUp(record, column); }}
                onLeave={(to) => { actions.leave(row, col, to); }} />
            )}
          </div>
        );
      })}
    </div>
  );
});
