/** The editor of one cell, laid over it: leaves by Enter, Tab, Escape or a click elsewhere. */
import { IconAlertCircle } from "@tabler/icons-react";
import { type KeyboardEvent, useRef, useState } from "react";
import type { RecordValues } from "../../api/types.ts";
import { t } from "../../lib/i18n.ts";
import type { Column } from "./columns.ts";
import style from "./table.module.css";

export type Leave = "stay" | "down" | "next" | "before";

export interface Refused {
  value: unknown;
  message: string;
}

export function CellEditor({ column, record, replace, refused, onSave, onGiveUp, onLeave }: {
  column: Column;
  record: RecordValues;
  /** Start empty, since the person began by typing. */
  replace: boolean;
  /** What was typed here before and not taken, and why. */
  refused: Refused | null;
  onSave(value: unknown, from: RecordValues): void;
  onGiveUp(): void;
  onLeave(to: Leave): void;
}) {
  const { field, kind } = column;
  // The row goes on living below what is typed: another's change of this field must not be overwritten unseen.
  const [opened] = useState(record);
  const first = opened[field.name] ?? null;
  const overtaken = JSON.stringify(record[field.name] ?? null) !== JSON.stringify(first);
  const [start] = useState<unknown>(replace ? null : refused === null ? first : refused.value);
  const draft = useRef(start);
  const touched = useRef(false);
  const left = useRef(false);
  const [message, setMessage] = useState(refused?.message ?? null);

  const leave = (to: Leave, save: boolean) => {
    if (left.current) return;
    left.current = true;
    if (save && JSON.stringify(draft.current) !== JSON.stringify(first)) onSave(draft.current, overtaken && refused === null ? opened : record);
    onLeave(to);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLSpanElement>) => {
    if (event.key !== "Tab") return;
    if (!event.shiftKey && hasInner(event.currentTarget, event.target)) return;
    event.preventDefault();
    event.stopPropagation();
    leave(event.shiftKey ? "before" : "next", touched.current || refused !== null);
  };
  return (
    <span className={style["editor"]} onKeyDown={onKeyDown} onMouseDown={(event) => { event.stopPropagation(); }}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) leave("stay", touched.current);
      }}>
      <kind.Editor field={field} value={start} autoFocus invalid={message !== null}
        onChange={(value) => { touched.current = true; draft.current = value; setMessage(null); }}
        onCommit={() => { leave("down", touched.current || refused !== null); }}
        onCancel={() => { onGiveUp(); leave("stay", false); }} />
      {overtaken && message === null && (
        <span role="status" className={style["fault"]}>
          <IconAlertCircle size={14} stroke={1.75} aria-hidden />{t("table.overtaken", { value: kind.format(record[field.name], field) || "–" })}
        </span>
      )}
      {message !== null && (
        <span role="alert" className={style["fault"]}><IconAlertCircle size={14} stroke={1.75} aria-hidden />{message}</span>
      )}
    </span>
  );
}

/** True when a further input of the same editor follows, which Tab should reach first. */
function hasInner(editor: HTMLElement, target: EventTarget): boolean {
  const inputs = [...editor.querySelectorAll("input")];
  return target instanceof HTMLInputElement && inputs.indexOf(target) < inputs.length - 1;
}
