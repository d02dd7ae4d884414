/** One record of another object. */
import type { Reference } from "../api/types.ts";
import { Avatar } from "../ui/Avatar.tsx";
import { type DisplayProps, type EditorProps, isBlank, type Kind } from "./kind.ts";
import { RecordPicker } from "./RecordPicker.tsx";
import { referenceOf, useRelatedTitle } from "./relatedTitle.ts";
import style from "./kinds.module.css";

const PEOPLE = new Set(["contact", "user", "lead"]);

export function Related({ field, value, record }: DisplayProps) {
  const reference = referenceOf(field, value);
  const title = useRelatedTitle(field, reference, record);
  if (reference === null) return null;
  return (
    <span className={`${style["person"] ?? ""} ${field.kind === "user" ? "" : (style["related"] ?? "")}`}>
      <Avatar name={title} id={reference.id} shape={PEOPLE.has(reference.object) ? "person" : "organisation"} />
      <span className="cut">{title}</span>
    </span>
  );
}

export function RelatedEditor({ field, value, onChange, ...rest }: EditorProps) {
  const reference = referenceOf(field, value);
  const title = useRelatedTitle(field, reference);
  const take = (found: Reference[]) => {
    const one = found[0];
    onChange(one === undefined ? null : field.kind === "reference" ? { object: one.object, id: one.id } : one.id);
  };
  return (
    <RecordPicker {...rest} to={field.to ?? []} chosen={reference === null ? [] : [reference]} text={reference === null ? "" : title}
      clearable={!field.required} {...(rest.id === undefined ? { label: field.label } : {})} onPick={take} />
  );
}

export const relation: Kind = {
  name: "relation", icon: "link", width: 196, align: "start", Display: Related, Editor: RelatedEditor, isEmpty: isBlank,
  format: (value, field) => referenceOf(field, value)?.id ?? "",
  parse: (typed) => typed.trim() || null,
};
