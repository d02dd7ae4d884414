/** A day without a time. It never shifts with the zone. */
import { formatDate } from "../lib/format.ts";
import { locale } from "../lib/i18n.ts";
import { readDate } from "../lib/readDate.ts";
import { TextInput } from "../ui/TextInput.tsx";
import { type EditorProps, isBlank, type Kind } from "./kind.ts";
import { plainText } from "./lineKind.tsx";

function Editor({ field, value, onChange, onCommit, onCancel, autoFocus, invalid, id }: EditorProps) {
  return (
    <TextInput id={id} type="date" defaultValue={plainText(value)} autoFocus={autoFocus} invalid={invalid ?? false}
      aria-label={id === undefined ? field.label : undefined} max="9999-12-31"
      onText={(text) => { onChange(text === "" ? null : text); }} onCommit={onCommit} onCancel={onCancel} />
  );
}

export const date: Kind = {
  name: "date", icon: "calendar", width: 124, bare: true,
  align: "start",
  Display: ({ value }) => <>{isBlank(value) ? "" : formatDate(plainText(value))}</>,
  Editor,
  format: (value) => (isBlank(value) ? "" : formatDate(plainText(value), true)),
  parse: (typed) => (typed.trim() === "" ? null : (readDate(typed, locale()) ?? typed)),
  isEmpty: isBlank,
};
