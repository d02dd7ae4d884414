/** What happened to a record: who, when, through which door, and each field before and after. */
import { IconArrowBackUp, IconArrowNarrowRight, IconHistory, IconPencil, IconPlus, IconTrash } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useHistory } from "../../api/queries.ts";
import type { Change, Field, Obj } from "../../api/types.ts";
import { kindOf } from "../../kinds/registry.ts";
import { formatAgo, formatMoment } from "../../lib/format.ts";
import { t } from "../../lib/i18n.ts";
import { Band } from "../../ui/Band.tsx";
import { Button } from "../../ui/Button.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { UndoChange } from "./UndoChange.tsx";
import { door } from "./door.ts";
import css from "./record.module.css";

const SIGNS = { create: IconPlus, update: IconPencil, delete: IconTrash, restore: IconArrowBackUp };

interface Props {
  object: Obj;
  id: string;
  /** Only the newest, where the history is a part of another page. */
  most?: number;
}

export function History({ object, id, most }: Props) {
  const history = useHistory(object.name, id);
  const all = history.data?.pages.flatMap((page) => page.changes) ?? [];
  const changes = most === undefined ? all : all.slice(0, most);
  if (history.error !== null) return <Band message={history.error.message} onRetry={() => { void history.refetch(); }} />;
  if (history.isPending) return <div className={css["stack"]} aria-busy><Skeleton width="60%" /><Skeleton width="50%" /><Skeleton width="55%" /></div>;
  if (changes.length === 0) return <p className={css["none"]}>{t("history.none")}</p>;
  return (
    <>
      <ol className={css["thread"]}>
        {changes.map((change) => <Entry key={change.version} object={object} id={id} change={change} whole={most === undefined} />)}
      </ol>
      {most === undefined && history.hasNextPage && (
        <Button disabled={history.isFetchingNextPage} onClick={() => { void history.fetchNextPage(); }}>{t("history.more")}</Button>
      )}
    </>
  );
}

function Entry({ object, id, change, whole }: { object: Obj; id: string; change: Change; whole: boolean }) {
  const Sign = SIGNS[change.op];
  const fields = Object.entries(change.fields).flatMap(([name, values]) => {
    const field = object.fields.find((known) => known.name === name);
    return field === undefined ? [] : [{ field, ...values }];
  });
  return (
    <li className={css["change"]}>
      <span className={css["bullet"]} aria-hidden><Sign size={13} /></span>
      <div className={css["line"]}>
        <span>
          <b>{change["by.name"] ?? change["through.name"] ?? t("history.nobody")}</b> {said(change, fields.length)}
        </span>
        <span className={css["through"]}>{[door(change), change.undoes === null ? "" : t("past.undid")].filter(Boolean).join(" · ")}</span>
        <time dateTime={change.at} title={formatMoment(change.at)}>{formatAgo(change.at)}</time>
      </div>
      {fields.length > 0 && (
        <dl className={css["diff"]}>
          {fields.map(({ field, before, after }) => (
            <div key={field.name}>
              <dt>{field.label}</dt>
              <dd>
                <Side field={field} value={before} name="before" />
                <IconArrowNarrowRight size={14} aria-label={t("history.becomes")} className={css["unset"]} />
                <Side field={field} value={after} name="after" />
              </dd>
            </div>
          ))}
        </dl>
      )}
      {whole && <Actions object={object} id={id} change={change} />}
    </li>
  );
}

function Actions({ object, id, change: { at, op, version } }: { object: Obj; id: string; change: Change }) {
  const navigate = useNavigate();
  const { update, delete: remove } = object.permissions;
  return (
    <div className={css["entryActions"]}>
      {op !== "delete" && (
        <Button small look="quiet" icon={<IconHistory size={14} aria-hidden />}
          onClick={() => { void navigate({ to: "/o/$object/$id", params: { object: object.name, id }, search: { as_of: at } }); }}>
          {t("past.view")}
        </Button>
      )}
      {(op === "update" ? update : remove) && <UndoChange object={object} id={id} version={version} />}
    </div>
  );
}

function said({ op }: Change, count: number): string {
  return op === "update" && count === 0 ? t("history.update_unseen") : t(`history.${op}`, { count });
}

/** A person at work in the browser needs no mention. */
function Side({ field, value, name }: { field: Field; value: unknown; name: "before" | "after" }) {
  const { Display, isEmpty } = kindOf(field);
  if (isEmpty(value)) return <span className={css["unset"]}>{t("history.empty")}</span>;
  return <span className={css[name]}><Display field={field} value={value} /></span>;
}
