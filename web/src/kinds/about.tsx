/** Any number of records, of whichever objects the field allows: what an activity is about. */
import { useQueries } from "@tanstack/react-query";
import { titleQuery } from "../api/titles.ts";
import type { Field, Reference } from "../api/types.ts";
import { isBlank, type DisplayProps, type EditorProps, type Kind } from "./kind.ts";
import { RecordPicker } from "./RecordPicker.tsx";
import { referenceOf } from "./relatedTitle.ts";
import { Related } from "./relation.tsx";
import style from "./kinds.module.css";

export function referencesIn(field: Field, value: unknown): Reference[] {
  return Array.isArray(value) ? value.flatMap((one) => referenceOf(field, one) ?? []) : [];
}

function Display({ field, value }: DisplayProps) {
  const references = referencesIn(field, value);
  return (
    <span className={style["chips"]}>
      {references.slice(0, 2).map((one) => <Related key={one.id} field={field} value={one} />)}
      {references.length > 2 && <span className="quiet">+{references.length - 2}</span>}
    </span>
  );
}

function Editor({ field, value, onChange, ...rest }: EditorProps) {
  const chosen = referencesIn(field, value);
  const titles = useQueries({ queries: chosen.map(({ object, id }) => titleQuery(object, id)) });
  return (
    <RecordPicker {...rest} multiple to={field.to ?? []} chosen={chosen} onPick={onChange}
      text={titles.map(({ data }) => data ?? "").filter((title) => title !== "").join(", ")}
      {...(rest.id === undefined ? { label: field.label } : {})} />
  );
}

export const about: Kind = {
  name: "about", icon: "link", width: 240, long: true, wide: true, align: "start", Display, Editor, isEmpty: isBlank,
  format: (value, field) => referencesIn(field, value).map(({ id }) => id).join(", "),
  parse: (typed, field) => {
    const ids = typed.split(/[,;\s]+/).filter((part) => part !== "");
    return ids.length === 0 ? null : ids.map((id) => ({ object: field.to?.[0] ?? "", id }));
  },
};
