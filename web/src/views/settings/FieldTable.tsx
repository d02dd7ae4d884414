/** The fields of an object: what kind, required, unique, whose. */
import { IconCheck, IconLock } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { TextInput } from "@mantine/core";
import type { Field, KindInfo, Obj } from "../../api/types.ts";
import { classes } from "../../lib/classes.ts";
import { t } from "../../lib/i18n.ts";
import { Icon } from "../../ui/Icon.tsx";
import { kindIcon } from "../../kinds/registry.ts";
import { kindLabel } from "./kindTexts.ts";
import { useKinds } from "./schema.ts";
import css from "./settings.module.css";

const Building = lazy(() => import("./Building.tsx"));

interface Props {
  object: Obj;
  onOpen: ((field: Field) => void) | undefined;
}

const SYSTEM = new Set(["id", "version", "created_at", "updated_at", "created_by", "updated_by", "external_id"]);

export function FieldTable({ object, onOpen }: Props) {
  const [q, setQ] = useState("");
  const kinds = useKinds();
  const found = object.fields.filter((field) => `${field.label} ${field.name}`.toLowerCase().includes(q.toLowerCase()));
  const own = found.filter((field) => field.custom);
  const standard = found.filter((field) => !field.custom && !SYSTEM.has(field.name));
  const system = found.filter((field) => !field.custom && SYSTEM.has(field.name));
  return (
    <>
      <TextInput
        type="search"
        maw={280}
        value={q}
        aria-label={t("settings.find_field")}
        placeholder={t("settings.find_field")}
        onChange={(event) => { setQ(event.currentTarget.value); }}
      />
      {found.length === 0 && <p className={css["soft"]}>{t("settings.no_field_found", { q })}</p>}
      <Part heading={t("settings.own_fields")} fields={own} kinds={kinds} object={object} onOpen={onOpen} />
      <Part heading={t("settings.built_in_fields")} fields={standard} kinds={kinds} object={object} onOpen={onOpen} />
      <Part heading={t("settings.system_fields")} fields={system} kinds={kinds} object={object} onOpen={undefined} />
    </>
  );
}

function Part({ heading, fields, kinds, object, onOpen }: Props & { heading: string; fields: Field[]; kinds: KindInfo[] }) {
  if (fields.length === 0) return null;
  return (
    <section className={css["scroller"]}>
      <h2 className={css["heading"]}>{heading} <span className={css["soft"]}>{fields.length}</span></h2>
      <table className={css["table"]}>
        <thead>
          <tr>
            <th scope="col">{t("settings.field")}</th>
            <th scope="col">{t("settings.kind")}</th>
            <th scope="col" className={css["optional"]}>{t("settings.name")}</th>
            <th scope="col" className={classes(css["optional"], css["tickCell"])}>{t("settings.required")}</th>
            <th scope="col" className={classes(css["optional"], css["tickCell"])}>{t("settings.unique")}</th>
          </tr>
        </thead>
        <tbody>
          {fields.map((field) => (
            <Row key={field.name} field={field} kinds={kinds} isTitle={object.title === field.name} onOpen={onOpen} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface RowProps {
  field: Field;
  kinds: KindInfo[];
  isTitle: boolean;
  onOpen: ((field: Field) => void) | undefined;
}

function Row({ field, kinds, isTitle, onOpen }: RowProps) {
  // The catalog may know that a job is over before the job has told how it ended.
  const [last, setLast] = useState(field.job);
  const [told, setTold] = useState<string>();
  if (field.job !== undefined && field.job !== last) setLast(field.job);
  const job = field.job ?? (last === told ? undefined : last);
  return (
    <tr>
      <td>
        <span className={css["cell"]}>
          <span className={css["soft"]} style={{ display: "inline-flex" }}><Icon name={kindIcon(field.kind)} size={16} /></span>
          {onOpen === undefined ? (
            field.label
          ) : (
            <button type="button" className={css["linkish"]} onClick={() => { onOpen(field); }}>{field.label}</button>
          )}
          {isTitle && <span className={css["soft"]} title={t("settings.title_field")}><IconLock size={13} aria-label={t("settings.title_field")} /></span>}
          {job !== undefined && onOpen !== undefined && <Suspense><Building field={field} job={job} onOver={() => { setTold(job); }} /></Suspense>}
        </span>
      </td>
      <td className={css["soft"]}>{kindLabel(field.kind, kinds)}</td>
      <td className={classes(css["mono"], css["optional"])}>{field.name}</td>
      <td className={css["optional"]}><Tick on={field.required} /></td>
      <td className={css["optional"]}><Tick on={field.unique} /></td>
    </tr>
  );
}

function Tick({ on }: { on: boolean }) {
  if (!on) return <span className={css["soft"]} aria-label={t("settings.no")}>–</span>;
  return <IconCheck size={16} className={css["tick"]} aria-label={t("settings.yes")} />;
}
