/** A point in time, shown relative while it is near and in full on hover; typed in the person's own zone. */
import { useState } from "react";
import { formatAgo, formatMoment } from "../lib/format.ts";
import { locale } from "../lib/i18n.ts";
import { readDate } from "../lib/readDate.ts";
import { zone } from "../lib/zone.ts";
import { momentAt, wallTime } from "../lib/zoned.ts";
import { TextInput } from "../ui/TextInput.tsx";
import { type EditorProps, isBlank, type Kind } from "./kind.ts";
import { plainText } from "./lineKind.tsx";

function onTheWall(iso: string): string {
  return Number.isNaN(new Date(iso).getTime()) ? "" : wallTime(iso, zone());
}

function Editor({ field, value, onChange, onCommit, onCancel, autoFocus, invalid, id }: EditorProps) {
  // What it was before typing: of a time that the clock shows twice, the same one is meant.
  const [before] = useState(plainText(value));
  return (
    <TextInput id={id} type="datetime-local" defaultValue={onTheWall(before)} autoFocus={autoFocus}
      invalid={invalid ?? false} aria-label={id === undefined ? field.label : undefined} max="9999-12-31T23:59"
      onText={(text) => { onChange(text === "" ? null : text === onTheWall(before) ? before : momentAt(text, zone(), before)); }}
      onCommit={onCommit} onCancel={onCancel} />
  );
}

function parse(typed: string): unknown {
  const text = typed.trim();
  if (text === "") return null;
  const [day, time] = text.split(/[\sT]+/);
  const date = readDate(day ?? "", locale());
  if (date === null || (time !== undefined && !/^([01]?\d|2[0-3]):[0-5]\d/.test(time))) return typed;
  return momentAt(`${date}T${(time ?? "00:00").slice(0, 5).padStart(5, "0")}`, zone());
}

export const moment: Kind = {
  name: "moment", icon: "clock", width: 132, bare: true,
  align: "start",
  Display: ({ value }) => isBlank(value) ? null
    : <time dateTime={plainText(value)} title={formatMoment(plainText(value))}>{formatAgo(plainText(value))}</time>,
  Editor,
  format: (value) => (isBlank(value) ? "" : formatMoment(plainText(value))),
  parse,
  isEmpty: isBlank,
};
