/** The table: rows drawn only where one looks, cells edited in place, everything by keyboard. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { useNavigate } from "@tanstack/react-router";
import { type ClipboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useCatalog } from "../../api/queries.ts";
import type { Obj, RecordValues } from "../../api/types.ts";
import { type ListState, nextSort, type Sum } from "../../lib/listState.ts";
import { BulkBar, useBulk } from "./BulkBar.tsx";
import { type Column, columnsOf } from "./columns.ts";
import { GroupHead } from "./GroupHead.tsx";
import type { Group, Item } from "./groups.ts";
import { Head } from "./Head.tsx";
import { LoadingRow, NoRows } from "./NoRows.tsx";
import { Row } from "./Row.tsx";
import { SumRow } from "./SumRow.tsx";
import style from "./table.module.css";
import { useCellSave } from "./useCellSave.ts";
import { type GridKeys, onGridKey } from "./useGridKeys.ts";
import { useGrid } from "./useGrid.ts";
import { selectedRecords, useSelection } from "./useSelection.ts";
import { useTableData } from "./useTableData.ts";
import { useWidths } from "./useWidths.ts";

export interface TableViewProps {
  object: Obj;
  list: ListState;
  preview: string | null;
  onPreview(id: string | null): void;
  onSort(sort: string[]): void;
  onSums(sums: Sum[]): void;
  onClearFilters(): void;
  onNew(): void;
}

export function TableView(props: TableViewProps) {
  const { object, list, preview, onPreview } = props;
  const { t } = useTranslation();
  const catalog = useCatalog();
  const navigate = useNavigate();
  const gridId = useId();
  const scroll = useRef<HTMLDivElement>(null);
  const [widths, setWidth] = useWidths(object.name);
  const columns = useMemo(() => columnsOf(object, list.columns, catalog, widths), [object, list.columns, catalog, widths]);
  const [closed, setClosed] = useState<Map<string, Group>>(new Map());
  const data = useTableData(object, list, columns, closed);
  const selection = useSelection(JSON.stringify([object.name, list.filter, list.q]));
  const save = useCellSave(object);
  const { items } = data;

  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroll.current,
    estimateSize: (at) => (items[at]?.type === "group" ? 38 : rowHeight()),
    getItemKey: (at) => keyOf(items[at], at),
    overscan: 12,
    scrollPaddingStart: 32,
    scrollPaddingEnd: 40,
  });
  const shown = virtual.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  const { more, fetchMore } = data;
  useEffect(() => {
    if (more && last >= items.length - 60) fetchMore();
  });
  useEffect(() => { virtual.measure(); }, [items, virtual]);

  const grid = useGrid({ items, columns, selection, scroll, onPreview, save, scrollTo: (row) => { virtual.scrollToIndex(row); } });
  const { cursor, editing } = grid;
  const bulk = useBulk(object, selection.clear);
  const toggleGroup = (item: Item | undefined) => {
    if (item?.type !== "group") return;
    const next = new Map(closed);
    if (!next.delete(item.group.key)) next.set(item.group.key, item.group);
    setClosed(next);
  };
  const recordAt = (row: number): RecordValues | null => {
    const item = items[row];
    return item?.type === "record" ? item.record : null;
  };
  const picked = selectedRecords(data.records, selection);
  const mayEdit = object.permissions.update;
  const keys: GridKeys = {
    items, cols: columns.length, cursor, pageRows: 15,
    isEditable: ({ row, col }) => mayEdit && recordAt(row) !== null && columns[col]?.field.readonly === false,
    move: (next) => {
      grid.setCursor(next);
      virtual.scrollToIndex(next.row);
      const record = recordAt(next.row);
      if (preview !== null && record !== null) onPreview(record.id);
    },
    edit: grid.edit,
    clear: ({ row, col }) => {
      const [record, column] = [recordAt(row), columns[col]];
      if (record !== null && column !== undefined && !column.kind.isEmpty(record[column.field.name])) grid.actions.save(record, column, null);
    },
    preview: (row) => {
      const id = recordAt(row)?.id ?? null;
      onPreview(id === preview ? null : id);
    },
    open: (row, newTab) => {
      const id = recordAt(row)?.id;
      if (id === undefined) return;
      if (newTab) window.open(`/o/${object.name}/${id}`, "_blank", "noopener");
      else void navigate({ to: "/o/$object/$id", params: { object: object.name, id } });
    },
    toggle: (row) => { const id = recordAt(row)?.id; if (id !== undefined) selection.toggle(id); },
    extend: (from, to) => { selection.add([recordAt(from), recordAt(to)].flatMap((one) => one?.id ?? [])); },
    toggleGroup: (row) => { toggleGroup(items[row]); },
    selectAll: () => { selection.set(data.records.map(({ id }) => id)); },
    deleteSelection: picked.length > 0 && object.permissions.delete ? () => { bulk.remove(picked); } : null,
    leave: () => {
      if (selection.ids.size > 0) selection.clear();
      else if (preview !== null) onPreview(null);
      else { grid.setCursor(null); scroll.current?.blur(); }
    },
  };
  const onCopy = (event: ClipboardEvent) => {
    const cell = cellAt(cursor, recordAt, columns);
    if (cell === null || event.target !== event.currentTarget) return;
    event.preventDefault();
    event.clipboardData.setData("text/plain", cell.column.kind.format(cell.record[cell.column.field.name], cell.column.field));
  };
  const onPaste = (event: ClipboardEvent) => {
    const cell = cellAt(cursor, recordAt, columns);
    if (cell === null || cursor === null || event.target !== event.currentTarget || !keys.isEditable(cursor)) return;
    event.preventDefault();
    grid.actions.save(cell.record, cell.column, cell.column.kind.parse(event.clipboardData.getData("text/plain"), cell.column.field));
  };

  const active = cursor !== null && editing === null && shown.some(({ index }) => index === cursor.row)
    ? `${gridId}-${String(cursor.row)}-${String(items[cursor.row]?.type === "group" ? 0 : cursor.col)}` : undefined;
  const all = data.records.length > 0 && selection.ids.size >= data.records.length;
  return (
    <div className={style["frame"]}>
      <div ref={scroll} role="grid" tabIndex={0} className={style["scroll"]} aria-label={object.plural} aria-multiselectable
        aria-rowcount={data.total ?? -1} aria-colcount={columns.length + 1} aria-busy={data.state === "loading"}
        {...(active === undefined ? {} : { "aria-activedescendant": active })}
        onKeyDown={(event) => { onGridKey(event, keys); }} onCopy={onCopy} onPaste={onPaste}>
        <Head columns={columns} sort={list.sort} selected={all ? "all" : selection.ids.size > 0 ? "some" : "none"}
          onSort={(field) => { props.onSort(nextSort(list.sort, field)); }} onResize={setWidth}
          onSelectAll={() => { if (selection.ids.size > 0) selection.clear(); else keys.selectAll(); }} />
        <div role="rowgroup" className={style["body"]} style={{ height: virtual.getTotalSize() }}>
          {shown.map(({ index, start, key }) => (
            <div key={key} role="row" aria-rowindex={index + 2} className={style["line"]} style={{ transform: `translateY(${String(start)}px)` }}
              aria-selected={selection.ids.has(recordAt(index)?.id ?? "")}>
              {line(items[index], index)}
            </div>
          ))}
        </div>
        {data.state === "ready" && items.length > 0 && <div className={style["space"]} />}
        {data.state === "ready" && items.length > 0
          && <SumRow columns={columns} sums={list.sums} row={data.sums} total={data.total} onSums={props.onSums} />}
      </div>
      <NoRows object={object} list={list} data={data} columns={columns} onNew={props.onNew} onClearFilters={props.onClearFilters} />
      {picked.length > 0 && <BulkBar object={object} records={picked} onClear={selection.clear} />}
      <p className="visually-hidden" role="status">{data.total === null ? "" : t("table.found", { count: data.total })}</p>
    </div>
  );

  function line(item: Item | undefined, row: number) {
    if (item?.type === "group" && data.group !== null)
      return (
        <GroupHead group={item.group} field={data.group} open={item.open} columns={columns} sums={list.sums} id={`${gridId}-${String(row)}-0`}
          focused={cursor?.row === row} onToggle={() => { toggleGroup(item); }} />
      );
    if (item?.type !== "record") return <LoadingRow columns={columns} />;
    return (
      <Row object={object} record={item.record} row={row} columns={columns} gridId={gridId} actions={grid.actions}
        selected={selection.ids.has(item.record.id)} shown={item.record.id === preview}
        cursor={cursor?.row === row ? cursor.col : -1} editing={cursor?.row === row ? editing : null} />
    );
  }
}

function cellAt(cursor: { row: number; col: number } | null, recordAt: (row: number) => RecordValues | null, columns: Column[]) {
  const record = cursor === null ? null : recordAt(cursor.row);
  const column = cursor === null ? undefined : columns[cursor.col];
  return record === null || column === undefined ? null : { record, column };
}

function keyOf(item: Item | undefined, at: number): string {
  if (item?.type === "record") return item.record.id;
  return item?.type === "group" ? `group ${item.group.key}` : `loading ${String(at)}`;
}

function rowHeight(): number {
  return parseInt(getComputedStyle(document.documentElement).getPropertyValue("--row"), 10) || 36;
}
