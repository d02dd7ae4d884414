/** Builds the kinds whose values are written in one line. */
import { useState } from "react";
import { ExactNumber } from "../lib/json.ts";
import { TextInput } from "../ui/TextInput.tsx";
import { type DisplayProps, type EditorProps, isBlank, type Kind, type Look } from "./kind.ts";

interface Line extends Omit<Look, "align">, Pick<Kind, "name" | "format" | "parse"> {
  align?: Look["align"];
  inputMode?: "text" | "decimal" | "numeric";
  /** The value as the editor first shows it, where that is not `format`. */
  edit?: Kind["format"];
  Display?: Kind["Display"];
}

export function lineKind({ align = "start", inputMode = "text", format, parse, edit = format, Display, ...look }: Line): Kind {
  function Shown({ field, value }: DisplayProps) {
    return <>{isBlank(value) ? "" : format(value, field)}</>;
  }
  function Editor({ field, value, onChange, onCommit, onCancel, autoFocus, invalid, id }: EditorProps) {
    const [text, setText] = useState(() => (isBlank(value) ? "" : edit(value, field)));
    return (
      <TextInput id={id} value={text} inputMode={inputMode} end={align === "end"} autoFocus={autoFocus}
        invalid={invalid ?? false} aria-label={id === undefined ? field.label : undefined} onCommit={onCommit} onCancel={onCancel}
        onText={(next) => { setText(next); onChange(parse(next, field)); }} />
    );
  }
  return { ...look, align, Display: Display ?? Shown, Editor, format, parse, isEmpty: isBlank };
}

export function plainText(value: unknown): string {
  if (typeof value === "string") return value;
  if (value instanceof ExactNumber) return value.source;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}
