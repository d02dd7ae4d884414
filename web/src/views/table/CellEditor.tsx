/** The editor of one cell, laid over it: leaves by Enter, Tab, Escape or a click elsewhere. */
import { type KeyboardEvent, useRef, useState } from "react";
import type { RecordValues } from "../../api/types.ts";
import type { Column } from "./columns.ts";
import style from "./table.module.css";

export type Leave = "stay" | "down" | "next" | "before";

export function CellEditor({ column, record, replace, onSave, onLeave }: {
  column: Column;
  record: RecordValues;
  /** Start empty, since the person began by typing. */
  replace: boolean;
  onSave(value: unknown): Promise<boolean>;
  onLeave(to: Leave): void;
}) {
  const { field, kind } = column;
  const first = record[field.name] ?? null;
  const draft = useRef<unknown>(replace ? null : first);
  const touched = useRef(false);
  const left = useRef(false);
  const [invalid, setInvalid] = useState(false);

  const leave = (to: Leave, save: boolean) => {
    if (left.current) return;
    const changed = touched.current && JSON.stringify(draft.current) !== JSON.stringify(first);
    left.current = true;
    if (!save || !changed) { onLeave(to); return; }
    void onSave(draft.current).then((saved) => {
      if (saved) return;
      left.current = false;
      setInvalid(true);
    });
    onLeave(to);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLSpanElement>) => {
    if (event.key !== "Tab") return;
    if (!event.shiftKey && hasInner(event.currentTarget, event.target)) return;
    event.preventDefault();
    event.stopPropagation();
    leave(event.shiftKey ? "before" : "next", true);
  };
  return (
    <span className={style["editor"]} onKeyDown={onKeyDown} onMouseDown={(event) => { event.stopPropagation(); }}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) leave("stay", true);
      }}>
      <kind.Editor field={field} value={replace ? null : first} autoFocus invalid={invalid}
        onChange={(value) => { touched.current = true; draft.current = value; setInvalid(false); }}
        onCommit={() => { leave("down", true); }} onCancel={() => { leave("stay", false); }} />
    </span>
  );
}

/** True when a further input of the same editor follows, which Tab should reach first. */
function hasInner(editor: HTMLElement, target: EventTarget): boolean {
  const inputs = [...editor.querySelectorAll("input")];
  return target instanceof HTMLInputElement && inputs.indexOf(target) < inputs.length - 1;
}
