/** Where the cursor of a table stands, what is being edited, and what rows may ask for. */
import { type RefObject, useMemo, useRef, useState } from "react";
import type { RecordValues } from "../../api/types.ts";
import { toast } from "../../ui/toast.tsx";
import type { Refused } from "./CellEditor.tsx";
import type { Column } from "./columns.ts";
import type { Item } from "./groups.ts";
import type { Editing, RowActions } from "./Row.tsx";
import type { SaveCell } from "./useCellSave.ts";
import type { Cursor } from "./useGridKeys.ts";
import type { Selection } from "./useSelection.ts";

interface GridInput {
  items: Item[];
  columns: Column[];
  selection: Selection;
  scroll: RefObject<HTMLDivElement | null>;
  onPreview(id: string | null): void;
  save: SaveCell;
  scrollTo(row: number): void;
}

export function useGrid(input: GridInput) {
  const [cursor, setCursor] = useState<Cursor | null>(null);
  const [editing, setEditing] = useState<Editing | null>(null);
  const anchor = useRef<number | null>(null);
  const refused = useRef(new Map<string, Refused>());
  const now = useRef({ ...input, cursor, editing });
  now.current = { ...input, cursor, editing };

  const edit = (at: Cursor, replace: boolean) => {
    const column = now.current.columns[at.col];
    const item = now.current.items[at.row];
    if (column === undefined || item?.type !== "record" || column.field.readonly) return;
    setCursor(at);
    if (column.kind.name === "boolean") {
      actions.save(item.record, column, item.record[column.field.name] !== true);
      return;
    }
    setEditing({ replace, refused: refused.current.get(keyOf(item.record, column)) ?? null });
  };
  const editRef = useRef(edit);
  editRef.current = edit;

  // One object for good, so that rows are drawn again only when something of theirs changed.
  const actions = useMemo<RowActions>(() => {
    const recordAt = (row: number): RecordValues | null => {
      const item = now.current.items[row];
      return item?.type === "record" ? item.record : null;
    };
    /** Opens the editor again with what was typed, unless the person has gone on to something else: then it waits in its cell. */
    const putBack = (record: RecordValues, column: Column, what: Refused) => {
      const { items, columns, scroll, editing: other } = now.current;
      const row = items.findIndex((item) => item.type === "record" && item.record.id === record.id);
      const col = columns.findIndex(({ field }) => field.name === column.field.name);
      const here = document.activeElement === document.body || scroll.current?.contains(document.activeElement) === true;
      if (column.kind.name === "boolean") { toast(what.message, { error: true }); return; }
      refused.current.set(keyOf(record, column), what);
      if (row < 0 || col < 0 || other !== null || !here) { toast(what.message, { error: true }); return; }
      setCursor({ row, col });
      setEditing({ replace: false, refused: what });
    };
    return {
      focus: (row, col) => { setEditing(null); setCursor({ row, col }); },
      edit: (row, col) => { editRef.current({ row, col }, false); },
      toggle: (row, range) => {
        const { selection } = now.current;
        const id = recordAt(row)?.id;
        if (id === undefined) return;
        const from = anchor.current;
        anchor.current = row;
        if (!range || from === null) { selection.toggle(id); return; }
        const rows = Array.from({ length: Math.abs(row - from) + 1 }, (_, step) => Math.min(row, from) + step);
        selection.add(rows.flatMap((one) => recordAt(one)?.id ?? []));
      },
      preview: (row) => { now.current.onPreview(recordAt(row)?.id ?? null); },
      save: (record, column, value) => {
        void now.current.save(record, column.field, value).then((message) => {
          refused.current.delete(keyOf(record, column));
          if (message !== null) putBack(record, column, { value, message });
        });
      },
      giveUp: (record, column) => { refused.current.delete(keyOf(record, column)); },
      leave: (row, col, to) => {
        const { items, columns, scroll, scrollTo } = now.current;
        setEditing(null);
        if (to === "stay") { if (scroll.current?.contains(document.activeElement) === true) scroll.current.focus({ preventScroll: true }); return; }
        scroll.current?.focus({ preventScroll: true });
        const next = {
          down: { row: items[row + 1]?.type === "record" ? row + 1 : row, col },
          next: { row, col: Math.min(col + 1, columns.length - 1) },
          before: { row, col: Math.max(col - 1, 0) },
        }[to];
        setCursor(next);
        scrollTo(next.row);
      },
    };
  }, []);
  return { cursor, setCursor, editing, edit, actions };
}

function keyOf(record: RecordValues, column: Column): string {
  return `${record.id} ${column.field.name}`;
}
