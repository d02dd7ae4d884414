/** Several of the options of the field. */
import { Chip } from "../ui/Chip.tsx";
import { Picker } from "../ui/Picker.tsx";
import { keyOf, optionLabel, optionOf, pickerOptions } from "./choice.tsx";
import { type EditorProps, isBlank, type Kind } from "./kind.ts";
import { plainText } from "./lineKind.tsx";
import style from "./kinds.module.css";

export function keysIn(value: unknown): string[] {
  return Array.isArray(value) ? value.map(plainText) : isBlank(value) ? [] : [plainText(value)];
}

export function splitList(text: string): string[] {
  return [...new Set(text.split(/[,;\n]/).map((part) => part.trim()).filter((part) => part !== ""))];
}

function Editor({ field, value, onChange, ...rest }: EditorProps) {
  const keys = keysIn(value);
  return (
    <Picker {...rest} multiple options={pickerOptions(field)} chosen={keys} {...(rest.id === undefined ? { label: field.label } : {})}
      text={keys.map((key) => optionLabel(field, key)).join(", ")} onPick={onChange} />
  );
}

export const choices: Kind = {
  name: "choices", icon: "checks", width: 200,
  align: "start",
  Display: ({ field, value }) => (
    <span className={style["chips"]}>
      {keysIn(value).map((key) => <Chip key={key} label={optionLabel(field, key)} colour={optionOf(field, key)?.colour} />)}
    </span>
  ),
  Editor,
  format: (value, field) => keysIn(value).map((key) => optionLabel(field, key)).join(", "),
  parse: (typed, field) => {
    const keys = splitList(typed).map((part) => keyOf(field, part));
    return keys.length === 0 ? null : keys;
  },
  isEmpty: isBlank,
};
