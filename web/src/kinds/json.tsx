/** Any JSON, written in its own notation. A text that is none is kept for the person to mend, and never sent. */
import { type RefObject, useEffect, useRef, useState } from "react";
import { placeOf, readJson, Unreadable, writeJson } from "../lib/json.ts";
import { t } from "../lib/i18n.ts";
import { type DisplayProps, type EditorProps, type Kind } from "./kind.ts";
import input from "../ui/input.module.css";
import style from "./json.module.css";

function write(value: unknown, indent = 0): string {
  if (value instanceof Unreadable) return value.text;
  return value === null || value === undefined ? "" : writeJson(value, indent);
}

function parse(typed: string): unknown {
  if (typed.trim() === "") return null;
  try {
    return readJson(typed);
  } catch (error) {
    const place = placeOf(error, typed);
    return new Unreadable(typed, place === null ? t("kinds.json_fault") : t("kinds.json_fault_at", place));
  }
}

function Editor({ field, value, onChange, onCommit, onCancel, autoFocus, invalid, id }: EditorProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const [start] = useState(() => write(value, 2));
  const [fault, setFault] = useState(() => (value instanceof Unreadable ? value.message : null));
  useFocus(area, autoFocus === true);
  return (
    <span className={style["editor"]}>
      <textarea ref={area} id={id} rows={Math.min(Math.max(start.split("\n").length, 4), 16)} className={`${input["input"] ?? ""} ${style["code"] ?? ""}`}
        defaultValue={start} spellCheck={false} autoCapitalize="off" autoComplete="off" wrap="off" data-autofocus={autoFocus === true ? true : undefined}
        aria-label={id === undefined ? field.label : undefined} aria-invalid={invalid === true || fault !== null ? true : undefined}
        onChange={(event) => {
          const next = parse(event.currentTarget.value);
          setFault(next instanceof Unreadable ? next.message : null);
          onChange(next);
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter") {
            event.stopPropagation();
            if (event.ctrlKey || event.metaKey) { event.preventDefault(); onCommit(); }
          }
          if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); onCancel(); }
        }} />
      {fault !== null && invalid !== true && <span role="status" className={style["fault"]}>{fault}</span>}
    </span>
  );
}

function useFocus(area: RefObject<HTMLTextAreaElement | null>, wanted: boolean): void {
  useEffect(() => { if (wanted) area.current?.focus(); }, [area, wanted]);
}

function Prose({ value }: DisplayProps) {
  return <pre className={style["block"]} tabIndex={0}>{write(value, 2)}</pre>;
}

export const json: Kind = {
  name: "json", icon: "braces", width: 200, long: true, wide: true, align: "start", Editor, Prose, parse,
  Display: ({ value }) => <code className={style["line"]}>{write(value)}</code>,
  format: (value) => write(value),
  isEmpty: (value) => write(value).trim() === "",
};
