/** One record on the board: its title, what it belongs to, and a line of facts. */
import { useDraggable } from "@dnd-kit/core";
import { useEffect, useRef, type ReactNode } from "react";
import type { Field, Obj, RecordValues } from "../../api/types.ts";
import { kindOf } from "../../kinds/registry.ts";
import { useRelatedTitle } from "../../kinds/relatedTitle.ts";
import { classes } from "../../lib/classes.ts";
import { t } from "../../lib/i18n.ts";
import { seen } from "../../lib/seen.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import css from "./board.module.css";

interface Props {
  object: Obj;
  fields: Field[];
  record: RecordValues;
  movable: boolean;
  /** Lifted by the keyboard, or put down by it just now. */
  carried: boolean;
  landed: boolean;
  onOpen: (id: string) => void;
  /** True where the key carried this card. */
  onKey: (event: React.KeyboardEvent) => boolean;
  onLeave: () => void;
  menu?: ReactNode;
}

type Shown = Pick<Props, "object" | "fields" | "record">;

export function Card(props: Props) {
  const { record, movable, carried, landed, onOpen, onKey, onLeave, menu } = props;
  const { attributes, listeners, setNodeRef, isDragging } = useDraggable({ id: record.id, disabled: !movable });
  const card = useRef<HTMLDivElement | null>(null);
  useEffect(() => {
    if (landed) card.current?.focus();
  }, [landed]);
  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (event.target !== event.currentTarget) return;
    if (movable && onKey(event)) event.preventDefault();
    else if (event.key === "Enter") {
      event.preventDefault();
      onOpen(record.id);
    }
  };
  return (
    <li style={{ position: "relative", flex: "none" }}>
      <div
        ref={(node) => {
          card.current = node;
          setNodeRef(node);
        }}
        {...attributes}
        {...listeners}
        role="button"
        aria-disabled={undefined}
        aria-roledescription={movable ? t("board.card") : undefined}
        tabIndex={0}
        className={css["card"]}
        data-gone={isDragging}
        data-carried={carried}
        onKeyDown={onKeyDown}
        onBlur={onLeave}
        onClick={() => { onOpen(record.id); }}
      >
        <Face {...props} />
      </div>
      {menu}
    </li>
  );
}

export function Lifted(props: Shown) {
  return <div className={classes(css["card"], css["lifted"])}><Face {...props} /></div>;
}

function Face({ object, fields, record }: Shown) {
  const shown = fields.filter((field) => !kindOf(field).isEmpty(record[field.name]));
  const lines = shown.filter((field) => ["relation", "reference", "about"].includes(field.kind));
  const people = shown.filter((field) => field.kind === "user");
  const facts = shown.filter((field) => !lines.includes(field) && !people.includes(field));
  return (
    <>
      <span className={css["title"]}>{titleOf(object, record)}</span>
      {lines.map((field) => <span key={field.name} className={css["line"]}><Value field={field} record={record} /></span>)}
      {facts.length + people.length > 0 && (
        <span className={css["foot"]}>
          {facts.map((field) => (
            <span key={field.name} className={classes("cut", css[field.kind === "money" ? "strong" : "soft"])}><Value field={field} record={record} /></span>
          ))}
          {people.map((field) => <Person key={field.name} field={field} record={record} />)}
        </span>
      )}
    </>
  );
}

/** Kinds whose display is a link are written as text: a card is one target, not several. */
function Value({ field, record }: { field: Field; record: RecordValues }) {
  const { Display, format, link } = kindOf(field);
  const value = record[field.name];
  return link === true ? format(value, field) : <Display field={field} value={value} record={record} />;
}

function Person({ field, record }: { field: Field; record: RecordValues }) {
  const id = String(record[field.name]);
  const name = useRelatedTitle(field, { object: "user", id }, record);
  return (
    <span className={css["who"]} title={`${field.label}: ${name}`}>
      <Avatar name={name} id={id} />
      <span className="visually-hidden">{name}</span>
    </span>
  );
}

export function titleOf(object: Obj, record: RecordValues): string {
  const field = object.fields.find(({ name }) => name === object.title);
  const text = field === undefined ? "" : kindOf(field).format(record[field.name], field);
  return seen(text) || t("board.untitled");
}
