/** Free words; new ones are made by typing them. */
import { Chip } from "../ui/Chip.tsx";
import { colourOf } from "../ui/colour.ts";
import { Picker } from "../ui/Picker.tsx";
import { keysIn, splitList } from "./choices.tsx";
import { type EditorProps, isBlank, type Kind } from "./kind.ts";
import style from "./kinds.module.css";

function Editor({ field, value, onChange, ...rest }: EditorProps) {
  const tags = keysIn(value);
  const known = [...new Set([...(field.options ?? []).map(({ key }) => key), ...tags])];
  return (
    <Picker {...rest} multiple options={known.map((key) => ({ key, label: key }))} chosen={tags} text={tags.join(", ")}
      {...(rest.id === undefined ? { label: field.label } : {})} onPick={onChange}
      onNew={(text) => { onChange([...new Set([...tags, ...splitList(text)])]); }} />
  );
}

export const tags: Kind = {
  name: "tags", icon: "tag", width: 180, long: true, line: true,
  align: "start",
  Display: ({ value }) => (
    <span className={style["chips"]}>
      {keysIn(value).map((tag) => <Chip key={tag} label={tag} colour={colourOf(tag)} dot={false} />)}
    </span>
  ),
  Editor,
  format: (value) => keysIn(value).join(", "),
  parse: (typed) => {
    const words = splitList(typed);
    return words.length === 0 ? null : words;
  },
  isEmpty: isBlank,
};
