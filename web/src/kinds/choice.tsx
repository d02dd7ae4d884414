/** One of the options of the field. */
import type { Field, Option } from "../api/types.ts";
import { Chip } from "../ui/Chip.tsx";
import { Picker, type PickerOption } from "../ui/Picker.tsx";
import { type EditorProps, isBlank, type Kind } from "./kind.ts";
import { plainText } from "./lineKind.tsx";

export function optionOf(field: Field, key: unknown): Option | undefined {
  return field.options?.find((option) => option.key === key);
}

export function optionLabel(field: Field, key: unknown): string {
  return optionOf(field, key)?.label ?? plainText(key);
}

export function pickerOptions(field: Field): PickerOption[] {
  return (field.options ?? []).map(({ key, label, colour }) => ({ key, label, node: <Chip label={label} colour={colour} /> }));
}

/** The key of the option that the text names, else the text itself. */
export function keyOf(field: Field, text: string): string {
  const wanted = text.trim().toLocaleLowerCase();
  return field.options?.find(({ key, label }) => label.toLocaleLowerCase() === wanted || key === wanted)?.key ?? text.trim();
}

function Editor({ field, value, onChange, ...rest }: EditorProps) {
  return (
    <Picker {...rest} options={pickerOptions(field)} chosen={isBlank(value) ? [] : [plainText(value)]}
      text={optionLabel(field, value)} clearable={!field.required} {...(rest.id === undefined ? { label: field.label } : {})}
      onPick={(keys) => { onChange(keys[0] ?? null); }} />
  );
}

export const choice: Kind = {
  name: "choice", icon: "circle-check", width: 168,
  align: "start",
  Display: ({ field, value }) =>
    isBlank(value) ? null : <Chip label={optionLabel(field, value)} colour={optionOf(field, value)?.colour} />,
  Editor,
  format: (value, field) => optionLabel(field, value),
  parse: (typed, field) => (typed.trim() === "" ? null : keyOf(field, typed)),
  isEmpty: isBlank,
};
