/** Text of several lines; Ctrl+Enter commits, since Enter breaks the line. */
import { useEffect, useRef } from "react";
import type { EditorProps, Kind } from "./kind.ts";
import { isBlank } from "./kind.ts";
import { plainText } from "./lineKind.tsx";
import style from "./kinds.module.css";
import input from "../ui/input.module.css";

function Editor({ field, value, onChange, onCommit, onCancel, autoFocus, invalid, id }: EditorProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (autoFocus === true) area.current?.focus();
  }, [autoFocus]);
  return (
    <textarea ref={area} id={id} rows={4} className={input["input"]} defaultValue={plainText(value)}
      aria-label={id === undefined ? field.label : undefined} aria-invalid={invalid === true ? true : undefined}
      onChange={(event) => { onChange(event.currentTarget.value.trim() === "" ? null : event.currentTarget.value); }}
      onKeyDown={(event) => {
        if (event.key === "Enter") {
          event.stopPropagation();
          if (event.ctrlKey || event.metaKey) { event.preventDefault(); onCommit(); }
        }
        if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); onCancel(); }
      }} />
  );
}

export const longText: Kind = {
  name: "long_text", icon: "file-text", width: 260, long: true, wide: true, line: true,
  align: "start",
  Display: ({ value }) => <>{plainText(value)}</>,
  Prose: ({ value }) => <p className={style["notes"]}>{plainText(value)}</p>,
  Editor,
  format: plainText,
  parse: (typed) => (typed.trim() === "" ? null : typed),
  isEmpty: isBlank,
};
