/** The fields of a record by the sections of its layout, edited in place. */
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useState } from "react";
import type { Obj, RecordValues } from "../../api/types.ts";
import { useMe } from "../../api/queries.ts";
import { t } from "../../lib/i18n.ts";
import { standing, type Standing } from "../../lib/standing.ts";
import { Property } from "./Property.tsx";
import css from "./record.module.css";

const SYSTEM = ["created_at", "created_by", "updated_at", "updated_by", "external_id"];

export function Properties({ object, record }: { object: Obj; record: RecordValues }) {
  const now = standing(object, record, record, new Set(), useMe().workspace.currency);
  const sections = [...object.layout.sections, { label: t("record.system"), fields: SYSTEM }];
  return sections.map((section, at) => (
    <PropertySection key={section.label} object={object} record={record} now={now} section={section} startsOpen={at < sections.length - 1} />
  ));
}

interface SectionProps {
  object: Obj;
  record: RecordValues;
  now: Standing;
  section: { label: string; fields: string[] };
  startsOpen: boolean;
}

function PropertySection({ object, record, now, section, startsOpen }: SectionProps) {
  const [open, setOpen] = useState(startsOpen);
  const fields = section.fields.flatMap((name) => object.fields.find((field) => field.name === name && !now.hidden.has(name)) ?? []);
  if (fields.length === 0) return null;
  const Chevron = open ? IconChevronDown : IconChevronRight;
  return (
    <section className={css["section"]}>
      <h2 style={{ padding: 0 }}>
        <button type="button" className={css["caption"]} aria-expanded={open} onClick={() => { setOpen(!open); }}>
          <Chevron size={14} aria-hidden />
          {section.label}
        </button>
      </h2>
      {open && (
        <dl>
          {fields.map((field) => <Property key={field.name} object={object} field={field} record={record} locked={now.locked.has(field.name)} />)}
        </dl>
      )}
    </section>
  );
}
