/** The keyboard of a spreadsheet: arrows move, Enter, F2 or typing edit, Escape leaves. */
import type { KeyboardEvent } from "react";
import { flushSync } from "react-dom";
import type { Item } from "./groups.ts";

export interface Cursor {
  row: number;
  col: number;
}

export interface GridKeys {
  items: Item[];
  cols: number;
  cursor: Cursor | null;
  pageRows: number;
  isEditable(cursor: Cursor): boolean;
  move(cursor: Cursor): void;
  edit(cursor: Cursor, replace: boolean): void;
  clear(cursor: Cursor): void;
  preview(row: number): void;
  open(row: number, newTab: boolean): void;
  toggle(row: number): void;
  extend(from: number, to: number): void;
  toggleGroup(row: number): void;
  selectAll(): void;
  deleteSelection: (() => void) | null;
  leave(): void;
}

export function onGridKey(event: KeyboardEvent, grid: GridKeys): void {
  if (event.nativeEvent.isComposing || event.target !== event.currentTarget) return;
  const mod = event.ctrlKey || event.metaKey;
  const cursor = grid.cursor ?? { row: 0, col: 0 };
  const target = step(event.key, cursor, mod, grid);
  if (target !== null) {
    event.preventDefault();
    if (event.shiftKey && target.row !== cursor.row) grid.extend(cursor.row, target.row);
    grid.move(grid.cursor === null ? cursor : target);
    return;
  }
  if (grid.cursor === null) return;
  if (act(event, mod, cursor, grid)) {
    event.preventDefault();
    return;
  }
  const typed = event.key.length === 1 && !mod && !event.altKey && !["/", "?", " "].includes(event.key);
  if (typed && grid.isEditable(cursor)) {
    // The editor has the focus before the browser inserts the letter: the letter lands in it.
    event.stopPropagation();
    flushSync(() => { grid.edit(cursor, true); });
  }
}

/** One of the keys that do something with the row or cell; false when the key is none of them. */
function act(event: KeyboardEvent, mod: boolean, cursor: Cursor, grid: GridKeys): boolean {
  const item = grid.items[cursor.row];
  switch (event.key) {
    case "Enter":
      if (item?.type === "group") grid.toggleGroup(cursor.row);
      else if (mod) grid.open(cursor.row, true);
      else if (grid.isEditable(cursor)) grid.edit(cursor, false);
      else grid.open(cursor.row, false);
      return true;
    case "F2":
      if (grid.isEditable(cursor)) grid.edit(cursor, false);
      return true;
    case " ":
      if (event.shiftKey) grid.toggle(cursor.row);
      else if (item?.type === "group") grid.toggleGroup(cursor.row);
      else grid.preview(cursor.row);
      return true;
    case "Delete":
    case "Backspace":
      if (event.key === "Delete" && grid.deleteSelection !== null) grid.deleteSelection();
      else if (grid.isEditable(cursor)) grid.clear(cursor);
      return true;
    case "Escape":
      grid.leave();
      return true;
    case "a":
      if (!mod) return false;
      grid.selectAll();
      return true;
    default:
      return false;
  }
}

/** Where a key of movement leads, null for every other key. */
export function step(key: string, { row, col }: Cursor, mod: boolean, { items, cols, pageRows }: Pick<GridKeys, "items" | "cols" | "pageRows">): Cursor | null {
  const bottom = Math.max(items.findLastIndex(({ type }) => type !== "loading"), 0);
  const clamp = (value: number, end: number) => Math.max(0, Math.min(value, end));
  switch (key) {
    case "ArrowDown": return { row: mod ? bottom : clamp(row + 1, bottom), col };
    case "ArrowUp": return { row: mod ? 0 : clamp(row - 1, bottom), col };
    case "ArrowRight": return { row, col: mod ? cols - 1 : clamp(col + 1, cols - 1) };
    case "ArrowLeft": return { row, col: mod ? 0 : clamp(col - 1, cols - 1) };
    case "PageDown": return { row: clamp(row + pageRows, bottom), col };
    case "PageUp": return { row: clamp(row - pageRows, bottom), col };
    case "Home": return { row: mod ? 0 : row, col: 0 };
    case "End": return { row: mod ? bottom : row, col: cols - 1 };
    default: return null;
  }
}
