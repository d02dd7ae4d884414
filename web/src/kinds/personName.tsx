/** The name of a person in its parts; written as one line in a cell. */
import { useState } from "react";
import { type PersonName, readName, writeName } from "../lib/personName.ts";
import { TextInput } from "../ui/TextInput.tsx";
import { type EditorProps, isBlank, type Kind } from "./kind.ts";
import input from "../ui/input.module.css";

function Editor({ field, value, onChange, onCommit, onCancel, autoFocus, invalid, id }: EditorProps) {
  const [name, setName] = useState<PersonName>(() =>
    typeof value === "object" && value !== null ? (value as PersonName) : (readName(writeName(value)) ?? {}));
  const part = (key: "first" | "last") => field.parts.find(({ name: found }) => found === key)?.label ?? key;
  const change = (key: "first" | "last", text: string) => {
    const next = { ...name, [key]: text.trim() === "" ? null : text };
    setName(next);
    onChange(writeName(next).trim() === "" ? null : Object.fromEntries(Object.entries(next).filter(([, one]) => !isBlank(one))));
  };
  return (
    <span className={input["pair"]}>
      <TextInput id={id} value={name.first ?? ""} placeholder={part("first")} aria-label={part("first")} autoFocus={autoFocus}
        invalid={invalid ?? false} onText={(text) => { change("first", text); }} onCommit={onCommit} onCancel={onCancel} />
      <TextInput value={name.last ?? ""} placeholder={part("last")} aria-label={part("last")} invalid={invalid ?? false}
        data-inner onText={(text) => { change("last", text); }} onCommit={onCommit} onCancel={onCancel} />
    </span>
  );
}

export const personName: Kind = {
  name: "person_name", icon: "user", width: 156, line: true, wide: true,
  align: "start",
  Display: ({ value }) => <>{writeName(value)}</>,
  Editor,
  format: writeName,
  parse: readName,
  isEmpty: (value) => writeName(value) === "",
};
