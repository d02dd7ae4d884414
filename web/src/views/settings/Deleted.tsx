/** Deleted fields of an object, or deleted objects: how long they are kept, the way back, and the way to be rid of them. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { request, type Problem } from "../../api/client.ts";
import { kindIcon } from "../../kinds/registry.ts";
import { formatMoment } from "../../lib/format.ts";
import { t } from "../../lib/i18n.ts";
import { writeName } from "../../lib/personName.ts";
import { Button } from "../../ui/Button.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { toast } from "../../ui/toast.tsx";
import { ConfirmDelete } from "./ConfirmDelete.tsx";
import { RestoreDialog } from "./RestoreDialog.tsx";
import { useSchemaChange, whenDone } from "./schema.ts";
import css from "./settings.module.css";

export interface Entry {
  id: number;
  object: string;
  field: string | null;
  label: string;
  kind: string | null;
  within: number | null;
  records: number | null;
  deleted_at: string;
  "deleted_by.name": unknown;
  days_left: number;
}

type Open = { what: "restore"; entry: Entry; problem: Problem } | { what: "drop"; entry: Entry } | null;

/** Of the object's fields; without an object, the deleted objects. */
export function Deleted({ object }: { object?: string }) {
  const [open, setOpen] = useState<Open>(null);
  const restore = useSchemaChange();
  const trash = useQuery({ queryKey: ["schema_trash"], queryFn: () => request<{ entries: Entry[] }>("GET", "/schema/trash") });
  const entries = (trash.data?.entries ?? []).filter((entry) => (object === undefined ? entry.field === null : entry.field !== null && entry.object === object && entry.within === null));
  const close = (): void => { setOpen(null); };
  const bring = (entry: Entry): void => {
    const change = restore.mutateAsync({ method: "POST", path: `/schema/trash/${String(entry.id)}/restore`, body: {} });
    const done = (): void => { toast(t("settings.restored", { title: entry.label })); };
    whenDone(change, done, (problem) => { setOpen({ what: "restore", entry, problem }); });
  };
  if (entries.length === 0) return null;
  return (
    <section className={css["scroller"]}>
      <h2 className={css["heading"]}>
        {t(object === undefined ? "settings.deleted_objects" : "settings.deleted_fields")} <span className={css["soft"]}>{entries.length}</span>
      </h2>
      <p className={css["intro"]}>{t(object === undefined ? "settings.deleted_objects_intro" : "settings.deleted_fields_intro")}</p>
      <table className={`${css["table"] ?? ""} ${css["fluid"] ?? ""}`}>
        <thead>
          <tr>
            <th scope="col">{t(object === undefined ? "settings.object" : "settings.field")}</th>
            <th scope="col" className={css["optional"]}>{t(object === undefined ? "settings.records_of" : "settings.records_held")}</th>
            <th scope="col" className={css["optional"]}>{t("settings.deleted")}</th>
            <th scope="col">{t("settings.kept")}</th>
            <th scope="col"><span className="visually-hidden">{t("settings.actions")}</span></th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <tr key={entry.id}>
              <td>
                <span className={css["cell"]}>
                  {entry.kind !== null && <span className={css["soft"]} style={{ display: "inline-flex" }}><Icon name={kindIcon(entry.kind)} size={16} /></span>}
                  {entry.label}
                </span>
              </td>
              <td className={`${css["optional"] ?? ""} num`}>{entry.records ?? "–"}</td>
              <td className={css["optional"]} title={formatMoment(entry.deleted_at)}>{formatMoment(entry.deleted_at)} {writeName(entry["deleted_by.name"])}</td>
              <td>{t("settings.days_left", { count: entry.days_left })}</td>
              <td className={css["end"]}>
                <span style={{ display: "inline-flex", gap: 6 }}>
                  <Button small disabled={restore.isPending} onClick={() => { bring(entry); }} aria-label={t("settings.restore_of", { label: entry.label })}>{t("settings.restore")}</Button>
                  <Button small look="quiet" onClick={() => { setOpen({ what: "drop", entry }); }} aria-label={t("settings.drop_of", { label: entry.label })}>{t("settings.drop")}</Button>
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {open?.what === "restore" && <RestoreDialog entry={open.entry} problem={open.problem} onClose={close} />}
      {open?.what === "drop" && (
        <ConfirmDelete
          title={t("settings.drop_title", { label: open.entry.label })}
          text={t("settings.drop_text", { label: open.entry.label })}
          confirm={t("settings.drop")}
          path={`/schema/trash/${String(open.entry.id)}`}
          onClose={close}
          onDone={() => { toast(t("settings.dropped", { label: open.entry.label })); }}
        />
      )}
    </section>
  );
}
