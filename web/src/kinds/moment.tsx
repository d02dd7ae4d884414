/** A point in time, shown relative while it is near and in full on hover; typed in the person's own zone. */
import { formatAgo, formatMoment } from "../lib/format.ts";
import { locale } from "../lib/i18n.ts";
import { readDate } from "../lib/readDate.ts";
import { TextInput } from "../ui/TextInput.tsx";
import { type EditorProps, isBlank, type Kind } from "./kind.ts";
import { plainText } from "./lineKind.tsx";

function localValue(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return "";
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function fromLocal(text: string): string {
  return new Date(text).toISOString().replace(".000Z", "Z");
}

function Editor({ field, value, onChange, onCommit, onCancel, autoFocus, invalid, id }: EditorProps) {
  return (
    <TextInput id={id} type="datetime-local" defaultValue={localValue(plainText(value))} autoFocus={autoFocus}
      invalid={invalid ?? false} aria-label={id === undefined ? field.label : undefined} max="9999-12-31T23:59"
      onText={(text) => { onChange(text === "" ? null : fromLocal(text)); }} onCommit={onCommit} onCancel={onCancel} />
  );
}

function parse(typed: string): unknown {
  const text = typed.trim();
  if (text === "") return null;
  const [day, time] = text.split(/[\sT]+/);
  const date = readDate(day ?? "", locale());
  if (date === null || (time !== undefined && !/^\d{1,2}:\d{2}/.test(time))) return typed;
  return fromLocal(`${date}T${(time ?? "00:00").slice(0, 5).padStart(5, "0")}`);
}

export const moment: Kind = {
  name: "moment",
  align: "start",
  Display: ({ value }) => isBlank(value) ? null
    : <time dateTime={plainText(value)} title={formatMoment(plainText(value))}>{formatAgo(plainText(value))}</time>,
  Editor,
  format: (value) => (isBlank(value) ? "" : formatMoment(plainText(value))),
  parse,
  isEmpty: isBlank,
};
