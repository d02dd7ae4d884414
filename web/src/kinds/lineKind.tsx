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
    const start = (): string => (isBlank(value) ? "" : edit(value, field));
    const [text, setText] = useState(start);
    const [[given, typed], setGiven] = useState([value, value]);
    // A value that the form works out changes by itself; what is being typed stays as it is typed.
    if (!same(value, given)) {
      setGiven([value, typed]);
      if (!same(value, typed)) setText(start);
    }
    const read = (next: string): void => {
      const found = parse(next, field);
      setText(next);
      setGiven([given, found]);
      onChange(found);
    };
    return (
      <TextInput id={id} value={text} inputMode={inputMode} end={align === "end"} autoFocus={autoFocus}
        invalid={invalid ?? false} aria-label={id === undefined ? field.label : undefined} onCommit={onCommit} onCancel={onCancel}
        onText={read} />
    );
  }
  return { ...look, align, Display: Display ?? Shown, Editor, format, parse, isEmpty: isBlank };
}

function same(one: unknown, other: unknown): boolean {
  return Object.is(one, other) || JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
}

export function plainText(value: unknown): string {
  if (typeof value === "string") return value;
  if (value instanceof ExactNumber) return value.source;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}
