/** Picks the records and edits what is said of each link where it stands. The whole list is sent as it is here. */
import { IconX } from "@tabler/icons-react";
import { type KeyboardEvent, useEffect, useId, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Field, Reference } from "../api/types.ts";
import { Button, IconButton } from "../ui/Button.tsx";
import type { EditorProps } from "./kind.ts";
import { type Linked, linksIn, useAttributes } from "./linked.ts";
import { RecordPicker } from "./RecordPicker.tsx";
import { kindOf } from "./registry.ts";
import { useRelatedTitle } from "./relatedTitle.ts";
import { Related } from "./relation.tsx";
import style from "./many.module.css";

export default function ManyEditor({ field, value, onChange, onCommit, onCancel, autoFocus, invalid, id }: EditorProps) {
  const { t } = useTranslation();
  const links = linksIn(field, value);
  const attributes = useAttributes(field).filter(({ readonly }) => !readonly);
  const box = useRef<HTMLDivElement>(null);
  const started = useRef(links.length);
  useEffect(() => {
    if (autoFocus === true && started.current > 0) box.current?.focus();
  }, [autoFocus]);
  const pick = (found: Reference[]): void => {
    onChange(found.map((one) => links.find((link) => link.id === one.id) ?? one));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) onCommit();
    else if (event.key === "Escape") onCancel();
    else if (event.key === "Enter" && event.target === box.current) onCommit();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div ref={box} className={style["editor"]} role="group" aria-label={field.label} tabIndex={-1} onKeyDown={onKeyDown}>
      {links.map((link) => (
        <Row key={link.id} field={field} link={link} attributes={attributes}
          onChange={(next) => { onChange(links.map((one) => (one.id === link.id ? next : one))); }}
          onRemove={() => { box.current?.focus(); onChange(links.filter((one) => one.id !== link.id)); }} />
      ))}
      <RecordPicker multiple to={field.to ?? []} chosen={links.map(({ object, id: end }) => ({ object, id: end }))} onPick={pick} text=""
        placeholder={t("kinds.link_more")} autoFocus={autoFocus === true && started.current === 0} invalid={invalid ?? false}
        {...(id === undefined ? { label: field.label } : { id })} />
      {id === undefined && <div className={style["foot"]}><Button look="primary" small onClick={onCommit}>{t("kinds.links_done")}</Button></div>}
    </div>
  );
}

interface RowProps {
  field: Field;
  link: Linked;
  attributes: Field[];
  onChange(next: Linked): void;
  onRemove(): void;
}

function Row({ field, link, attributes, onChange, onRemove }: RowProps) {
  const { t } = useTranslation();
  const title = useRelatedTitle(field, link);
  return (
    <div className={style["row"]} role="group" aria-label={title}>
      <div className={style["head"]}>
        <span className={style["who"]}><Related field={field} value={link} /></span>
        <IconButton small label={t("kinds.unlink", { title })} onClick={onRemove}><IconX size={14} aria-hidden /></IconButton>
      </div>
      {attributes.length > 0 && (
        <div className={style["attributes"]}>
          {attributes.map((one) => <Attribute key={one.name} field={one} link={link} onChange={onChange} />)}
        </div>
      )}
    </div>
  );
}

function Attribute({ field, link, onChange }: { field: Field; link: Linked; onChange(next: Linked): void }) {
  const id = useId();
  const { Editor } = kindOf(field);
  return (
    <div className={style["attribute"]}>
      <label htmlFor={id}>{field.label}{field.required && <span aria-hidden> *</span>}</label>
      <Editor id={id} field={field} value={link[field.name] ?? null} onCommit={stay} onCancel={stay}
        onChange={(value) => { onChange({ ...link, [field.name]: value }); }} />
    </div>
  );
}

function stay(): void {
  /* The link is saved with the whole list. */
}
