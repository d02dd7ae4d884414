/** What was deleted, by object, with the way back. */
import { Select } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useCatalog, usePage, useRestore } from "../../api/queries.ts";
import type { Obj } from "../../api/types.ts";
import { kindOf } from "../../kinds/registry.ts";
import { formatAgo, formatMoment } from "../../lib/format.ts";
import { inSentence, t } from "../../lib/i18n.ts";
import { writeName } from "../../lib/personName.ts";
import { seen } from "../../lib/seen.ts";
import { Band } from "../../ui/Band.tsx";
import { Button } from "../../ui/Button.tsx";
import { Empty } from "../../ui/Empty.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { toast } from "../../ui/toast.tsx";
import { SettingsShell } from "./SettingsShell.tsx";
import css from "./settings.module.css";

export default function TrashPage() {
  useTranslation();
  const objects = useCatalog().objects;
  const [name, setName] = useState(objects[0]?.name ?? "");
  const object = objects.find((known) => known.name === name);
  return (
    <SettingsShell section="trash" title={t("settings.section_trash")}>
      <p className={css["intro"]}>{t("settings.trash_intro")}</p>
      <Select
        maw={280}
        searchable
        allowDeselect={false}
        label={t("settings.object")}
        value={name}
        data={objects.map((known) => ({ value: known.name, label: known.plural }))}
        onChange={(value) => { setName(value ?? name); }}
      />
      {object !== undefined && <Trashed key={object.name} object={object} />}
    </SettingsShell>
  );
}

/** Deleting is the last change of a record in the trash, so that the moment and the person of that change are those of the deletion. */
function Trashed({ object }: { object: Obj }) {
  const page = usePage(object.name, { fields: [object.title, "updated_at", "updated_by", "updated_by.name"], sort: ["-updated_at"], limit: 50, trash: true });
  const restore = useRestore(object.name);
  const title = object.fields.find((field) => field.name === object.title);
  const records = page.data?.pages.flatMap((part) => part.records) ?? [];
  const bring = (id: string, label: string): void => {
    restore.mutate(id, {
      onSuccess: () => { toast(t("settings.restored", { title: label })); },
      onError: (error) => { toast(error.message, { error: true }); },
    });
  };
  if (page.error !== null) return <Band message={page.error.message} onRetry={() => { void page.refetch(); }} />;
  if (page.isSuccess && records.length === 0) {
    return <Empty glyph={<IconTrash size={32} stroke={1.5} aria-hidden />} title={t("settings.trash_empty", { plural: inSentence(object.plural) })} text={t("settings.trash_empty_text")} />;
  }
  return (
    <>
      <table className={css["table"]}>
        <thead>
          <tr>
            <th scope="col">{title?.label ?? object.label}</th>
            <th scope="col" className={css["optional"]}>{t("settings.deleted")}</th>
            <th scope="col" className={css["optional"]}>{t("settings.deleted_by")}</th>
            <th scope="col"><span className="visually-hidden">{t("settings.actions")}</span></th>
          </tr>
        </thead>
        <tbody>
          {page.isPending && <tr><td colSpan={4}><Skeleton width={220} /></td></tr>}
          {records.map((record) => {
            const label = title === undefined ? "" : seen(kindOf(title).format(record[title.name], title));
            return (
              <tr key={record.id}>
                <td>{label || t("settings.untitled")}</td>
                <td className={css["optional"]}><Ago at={record["updated_at"]} /></td>
                <td className={css["optional"]}>{writeName(record["updated_by.name"])}</td>
                <td className={css["end"]}>
                  {object.permissions.delete && <Button small onClick={() => { bring(record.id, label); }}>{t("settings.restore")}</Button>}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {page.hasNextPage && <Button onClick={() => { void page.fetchNextPage(); }}>{t("settings.more")}</Button>}
    </>
  );
}

function Ago({ at }: { at: unknown }) {
  const moment = String(at);
  return <time dateTime={moment} title={formatMoment(moment)}>{formatAgo(moment)}</time>;
}
