/** What the interface knows of a field kind: how its values are shown, edited, written and read. */
import type { FC } from "react";
import type { Field, RecordValues } from "../api/types.ts";

export interface DisplayProps {
  field: Field;
  value: unknown;
  /** The record the value is of, where it brings the titles of related records. */
  record?: RecordValues;
}

export interface EditorProps {
  field: Field;
  value: unknown;
  onChange(value: unknown): void;
  onCommit(): void;
  onCancel(): void;
  autoFocus?: boolean;
  invalid?: boolean;
  id?: string;
}

/** What is said of a kind beside its values: how it is drawn where there is little room. */
export interface Look {
  /** Of `ui/Icon`. */
  icon: string;
  align: "start" | "end";
  /** Of its column in a table, in pixels. */
  width: number;
  /** Too long for one of the few facts of a head or a card. */
  long?: boolean;
  /** Its editor takes the whole width of a form. */
  wide?: boolean;
  /** Says little without the name of its field: a bare figure, a day. */
  bare?: boolean;
  /** Its display is a link, which has no place within another one. */
  link?: boolean;
  /** A filter on it takes a line of text. */
  line?: boolean;
  /** Parts that the server works out, for its display to show beside the value. */
  companions?: readonly string[];
  /** A total of many values, where that is written otherwise than one value. */
  total?(value: number): string;
}

export interface Kind extends Look {
  name: string;
  Display: FC<DisplayProps>;
  Editor: FC<EditorProps>;
  /** The value at its full length, where a record's page shows it apart. */
  Prose?: FC<DisplayProps>;
  /** The value as text, in the person's locale. */
  format(value: unknown, field: Field): string;
  /** The text as a value, null when it is empty; a text that cannot be read comes back as it is,
   * so that the server refuses it with a sentence and the person keeps what was typed. */
  parse(text: string, field: Field): unknown;
  isEmpty(value: unknown): boolean;
}

export function isBlank(value: unknown): boolean {
  return value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
}
