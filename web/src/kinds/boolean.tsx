/** Yes or no. */
import { t } from "../lib/i18n.ts";
import { IconCheck } from "@tabler/icons-react";
import type { EditorProps, Kind } from "./kind.ts";
import style from "./kinds.module.css";

const YES = new Set(["yes", "ja", "true", "1", "x", "on"]);
const NO = new Set(["no", "nein", "false", "0", "off"]);

function Editor({ field, value, onChange, onCommit, onCancel, autoFocus, id }: EditorProps) {
  return (
    <input id={id} type="checkbox" className={style["check"]} checked={value === true} autoFocus={autoFocus}
      aria-label={id === undefined ? field.label : undefined}
      onChange={(event) => { onChange(event.currentTarget.checked); }}
      onKeyDown={(event) => {
        if (event.key === "Enter") { event.preventDefault(); onCommit(); }
        if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); onCancel(); }
      }} />
  );
}

export const boolean: Kind = {
  name: "boolean", icon: "checkbox", width: 96, bare: true,
  align: "start",
  Display: ({ value }) =>
    value === true
      ? <><IconCheck size={16} stroke={2} aria-hidden style={{ verticalAlign: "-3px" }} /><span className="visually-hidden">{t("kinds.yes")}</span></>
      : value === false ? <span className="quiet">{t("kinds.no")}</span> : null,
  Editor,
  format: (value) => (value === true ? t("kinds.yes") : value === false ? t("kinds.no") : ""),
  parse: (typed) => {
    const word = typed.trim().toLowerCase();
    if (word === "") return null;
    return YES.has(word) ? true : NO.has(word) ? false : typed;
  },
  isEmpty: (value) => value === null || value === undefined,
};
