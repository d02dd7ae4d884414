/** The fields of an object: what kind, required, unique, whose, and how much they are used. */
import { IconCheck, IconLock } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { Switch, TextInput } from "@mantine/core";
import type { Field, KindInfo, Obj } from "../../api/types.ts";
import { classes } from "../../lib/classes.ts";
import { formatAgo, formatNumber } from "../../lib/format.ts";
import { t } from "../../lib/i18n.ts";
import { Icon } from "../../ui/Icon.tsx";
import { kindIcon } from "../../kinds/registry.ts";
import { kindLabel } from "./kindTexts.ts";
import { useKinds } from "./schema.ts";
import { adviceOn, type FieldUsage, formatShare, isUnused, nearCaps, type Usage, useUsage } from "./usage.ts";
import css from "./settings.module.css";

const Building = lazy(() => import("./Building.tsx"));

interface Props {
  object: Obj;
  onOpen: ((field: Field) => void) | undefined;
}

const SYSTEM = new Set(["id", "version", "created_at", "updated_at", "created_by", "updated_by", "external_id"]);

export function FieldTable({ object, onOpen }: Props) {
  const [q, setQ] = useState("");
  const [onlyUnused, setOnlyUnused] = useState(false);
  const kinds = useKinds();
  const usage = useUsage(object.name, onOpen !== undefined);
  const used = new Map(usage?.fields.map((one) => [one.name, one]));
  const unused = usage?.fields.filter(isUnused) ?? [];
  const matching = object.fields.filter((field) => `${field.label} ${field.name}`.toLowerCase().includes(q.toLowerCase()));
  const found = onlyUnused ? matching.filter(({ name }) => unused.some((one) => one.name === name)) : matching;
  const own = found.filter((field) => field.custom);
  const standard = found.filter((field) => !field.custom && !SYSTEM.has(field.name));
  const system = found.filter((field) => !field.custom && SYSTEM.has(field.name));
  return (
    <>
      <div className={css["finding"]}>
        <TextInput
          type="search"
          w={280}
          value={q}
          aria-label={t("settings.find_field")}
          placeholder={t("settings.find_field")}
          onChange={(event) => { setQ(event.currentTarget.value); }}
        />
        {(unused.length > 0 || onlyUnused) && (
          <Switch label={t("settings.only_unused", { count: unused.length })} checked={onlyUnused}
            onChange={(event) => { setOnlyUnused(event.currentTarget.checked); }} />
        )}
        {usage !== undefined && (
          <span className={css["soft"]}>
            {t("settings.cap_fields", { used: formatNumber(usage.caps.fields.count), most: formatNumber(usage.caps.fields.most) })}
          </span>
        )}
      </div>
      {usage !== undefined && nearCaps(usage).map((told) => <p key={told} className={css["near"]} role="status">{told}</p>)}
      {onlyUnused && <p className={css["intro"]}>{t("settings.unused_advice")}</p>}
      {found.length === 0 && <p className={css["soft"]}>{t("settings.no_field_found", { q })}</p>}
      <Part heading={t("settings.own_fields")} fields={own} kinds={kinds} usage={usage} used={used} object={object} onOpen={onOpen} />
      <Part heading={t("settings.built_in_fields")} fields={standard} kinds={kinds} usage={usage} used={used} object={object} onOpen={onOpen} />
      <Part heading={t("settings.system_fields")} fields={system} kinds={kinds} usage={usage} used={used} object={object} onOpen={undefined} />
    </>
  );
}

interface Used {
  usage: Usage | undefined;
  used: Map<string, FieldUsage>;
}

function Part({ heading, fields, kinds, usage, used, object, onOpen }: Props & Used & { heading: string; fields: Field[]; kinds: KindInfo[] }) {
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
            {usage !== undefined && <th scope="col" className={classes(css["optional"], css["filledCell"])}>{t("settings.filled")}</th>}
            <th scope="col" className={classes(css["optional"], css["tickCell"])}>{t("settings.required")}</th>
            <th scope="col" className={classes(css["optional"], css["tickCell"])}>{t("settings.unique")}</th>
          </tr>
        </thead>
        <tbody>
          {fields.map((field) => (
            <Row key={field.name} field={field} kinds={kinds} usage={usage} use={used.get(field.name)} isTitle={object.title === field.name} onOpen={onOpen} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface RowProps {
  usage: Usage | undefined;
  use: FieldUsage | undefined;
  field: Field;
  kinds: KindInfo[];
  isTitle: boolean;
  onOpen: ((field: Field) => void) | undefined;
}

function Row({ field, kinds, usage, use, isTitle, onOpen }: RowProps) {
  const advice = usage !== undefined && use !== undefined && isUnused(use) ? adviceOn(usage, use) : null;
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
      {usage !== undefined && <td className={css["optional"]} title={advice ?? undefined}><Filled use={use} advice={advice} /></td>}
      <td className={css["optional"]}><Tick on={field.required} /></td>
      <td className={css["optional"]}><Tick on={field.unique} /></td>
    </tr>
  );
}

/** The share of the records that hold something, and when that changed last. */
function Filled({ use, advice }: { use: FieldUsage | undefined; advice: string | null }) {
  if (use === undefined || use.fill_rate === null) return <span className={css["soft"]}>–</span>;
  const ago = use.changed_at === null ? "" : formatAgo(use.changed_at);
  return (
    <span className={css["filled"]}>
      <span className={css["bar"]} aria-hidden><span style={{ width: `${String(use.fill_rate * 100)}%` }} /></span>
      <span className="num">{formatShare(use.fill_rate)}</span>
      <span className={classes("cut", css["soft"])} title={ago && t("settings.changed_last", { ago })}>{advice === null ? ago : <span className="visually-hidden">{advice}</span>}</span>
      {advice !== null && <span className={css["late"]}>{t("settings.unused")}</span>}
    </span>
  );
}

function Tick({ on }: { on: boolean }) {
  if (!on) return <span className={css["soft"]} aria-label={t("settings.no")}>–</span>;
  return <IconCheck size={16} className={css["tick"]} aria-label={t("settings.yes")} />;
}
