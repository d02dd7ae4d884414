/** The records of another object that point to this one: how many, the first ten, and the way to add one. */
import { IconPlus } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useCatalog, usePage } from "../../api/queries.ts";
import type { Field, Inverse, Obj, RecordValues } from "../../api/types.ts";
import { kindOf } from "../../kinds/registry.ts";
import { wanted } from "../../kinds/wanted.ts";
import { classes } from "../../lib/classes.ts";
import { formatNumber } from "../../lib/format.ts";
import { t } from "../../lib/i18n.ts";
import { usePast } from "../../lib/past.ts";
import { Glyph } from "../../ui/Avatar.tsx";
import { Band } from "../../ui/Band.tsx";
import { Button, IconButton } from "../../ui/Button.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { keyFields, titleOf } from "./columns.ts";
import { pointingTo } from "./prefill.ts";
import css from "./record.module.css";

export interface Adding {
  object: Obj;
  field: Field;
}

interface Props {
  inverse: Inverse;
  id: string;
  compact: boolean;
  onAdd: (adding: Adding) => void;
}

export function Related({ inverse, id, compact, onAdd }: Props) {
  const catalog = useCatalog();
  const object = catalog.objects.find(({ name }) => name === inverse.object);
  const field = object?.fields.find(({ name }) => name === inverse.field);
  if (object === undefined || field === undefined) return null;
  return <RelatedList inverse={inverse} id={id} compact={compact} onAdd={onAdd} object={object} field={field} />;
}

function RelatedList({ inverse, id, compact, onAdd, object, field }: Props & Adding) {
  const catalog = useCatalog();
  const fields = keyFields(object, [field.name], 3);
  const title = object.fields.filter(({ name }) => name === object.title);
  const past = usePast();
  const page = usePage(object.name, {
    filter: pointingTo(field, id),
    sort: object.views[0]?.sort ?? [],
    fields: wanted([...title, ...fields], catalog),
    limit: 10,
  });
  const records = page.data?.pages.flatMap((part) => part.records) ?? [];
  const total = page.data?.pages[0]?.total;
  const left = (total ?? 0) - records.length;
  return (
    <section className={css["related"]} aria-label={inverse.label}>
      <header>
        {!compact && <Glyph icon={object.icon} colour={object.colour} />}
        <h2>{inverse.label}</h2>
        {total !== undefined && total > 0 && <span className={css["n"]}>{formatNumber(total)}</span>}
        {object.permissions.create && past === null && (
          <IconButton small className={css["add"]} label={t("record.add_related", { label: object.label })} onClick={() => { onAdd({ object, field }); }}>
            <IconPlus size={16} aria-hidden />
          </IconButton>
        )}
      </header>
      {page.error !== null && <Band message={page.error.message} onRetry={() => { void page.refetch(); }} />}
      {page.isPending && <p className={css["none"]}><Skeleton width="70%" /></p>}
      {page.isSuccess && records.length === 0 && <p className={css["none"]}>{t("record.none_related")}</p>}
      {records.length > 0 && (compact ? <Items object={object} fields={fields} records={records} /> : <Rows object={object} fields={fields} records={records} />)}
      {page.hasNextPage && left > 0 && (
        <div className={css["more"]}>
          <Button look="quiet" small disabled={page.isFetchingNextPage} onClick={() => { void page.fetchNextPage(); }}>
            {t("record.more", { count: Math.min(left, 10), total: left })}
          </Button>
        </div>
      )}
    </section>
  );
}

interface ListProps {
  object: Obj;
  fields: Field[];
  records: RecordValues[];
}

function Rows({ object, fields, records }: ListProps) {
  const title = object.fields.find(({ name }) => name === object.title);
  const there = useThere();
  return (
    <div className={css["rows"]} role="group" aria-label={object.plural} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {!object.ends?.length && <th scope="col">{title?.label}</th>}
            {fields.map((field) => <th scope="col" key={field.name} className={classes(kindOf(field).align === "end" && css["end"])}>{field.label}</th>)}
          </tr>
        </thead>
        <tbody>
          {records.map((record) => (
            <tr key={record.id}>
              {!object.ends?.length && <td><Link to="/o/$object/$id" params={{ object: object.name, id: record.id }} search={there}>{titleOf(object, record)}</Link></td>}
              {fields.map((field) => (
                <td key={field.name} className={classes(kindOf(field).align === "end" && css["end"])}>
                  {object.ends?.includes(field.name) === true
                    ? <Link to="/o/$object/$id" params={{ object: object.name, id: record.id }} search={there}><Value field={field} record={record} /></Link>
                    : <Value field={field} record={record} />}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What an address of the past goes on with. */
function useThere(): { as_of?: string } {
  const past = usePast();
  return past === null ? {} : { as_of: past };
}

function Items({ object, fields, records }: ListProps) {
  const there = useThere();
  return (
    <ul className={css["items"]}>
      {records.map((record) => (
        <li key={record.id} className={css["item"]}>
          <Link className="cut" to="/o/$object/$id" params={{ object: object.name, id: record.id }} search={there}>
            {object.ends?.length && fields[0] ? <Value field={fields[0]} record={record} /> : titleOf(object, record)}
          </Link>
          <span className={css["meta"]}>
            {(object.ends?.length ? fields.slice(1) : fields).filter((field) => !kindOf(field).isEmpty(record[field.name])).map((field) => (
              <span key={field.name} className="cut" title={field.label}><Value field={field} record={record} /></span>
            ))}
          </span>
        </li>
      ))}
    </ul>
  );
}

function Value({ field, record }: { field: Field; record: RecordValues }) {
  const { Display } = kindOf(field);
  return <Display field={field} value={record[field.name]} record={record} />;
}
