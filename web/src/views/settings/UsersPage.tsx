/** The people of the workspace; each name leads to their record. */
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useObject, usePage } from "../../api/queries.ts";
import type { Field, RecordValues } from "../../api/types.ts";
import { kindOf } from "../../kinds/registry.ts";
import { classes } from "../../lib/classes.ts";
import { t } from "../../lib/i18n.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { Band } from "../../ui/Band.tsx";
import { Button } from "../../ui/Button.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { SettingsShell } from "./SettingsShell.tsx";
import css from "./settings.module.css";

const SHOWN = ["emails", "title", "team", "role", "sign_in"];

export default function UsersPage() {
  useTranslation();
  const user = useObject("user");
  const fields = SHOWN.map((name) => user.fields.find((field) => field.name === name)).filter((field) => field !== undefined);
  const page = usePage("user", { fields: ["name", ...SHOWN, "team.name"], sort: ["name"], limit: 200 });
  const records = page.data?.pages.flatMap((part) => part.records) ?? [];
  return (
    <SettingsShell section="users" title={t("settings.section_users")}>
      <p className={css["intro"]}>{t("settings.users_intro")}</p>
      {page.error !== null && <Band message={page.error.message} onRetry={() => { void page.refetch(); }} />}
      <div className={css["scroller"]} role="group" aria-label={t("settings.section_users")} tabIndex={0}>
        <table className={classes(css["table"], css["fluid"])}>
          <thead>
            <tr>
              <th scope="col">{user.fields.find(({ name }) => name === "name")?.label}</th>
              {fields.map((field) => <th scope="col" key={field.name} className={classes(field.name !== "role" && css["optional"])}>{field.label}</th>)}
            </tr>
          </thead>
          <tbody>
            {page.isPending && <Waiting columns={fields.length + 1} />}
            {records.map((record) => <Row key={record.id} record={record} fields={fields} />)}
          </tbody>
        </table>
      </div>
      {page.hasNextPage && <Button onClick={() => { void page.fetchNextPage(); }}>{t("settings.more")}</Button>}
    </SettingsShell>
  );
}

function Row({ record, fields }: { record: RecordValues; fields: Field[] }) {
  const name = String(record["name"]);
  return (
    <tr>
      <td>
        <span className={css["cell"]}>
          <Avatar name={name} id={record.id} size="m" />
          <Link to="/o/$object/$id" params={{ object: "user", id: record.id }}>{name}</Link>
        </span>
      </td>
      {fields.map((field) => {
        const { Display } = kindOf(field);
        return (
          <td key={field.name} className={classes(field.name !== "role" && css["optional"])}>
            <Display field={field} value={record[field.name]} record={record} />
          </td>
        );
      })}
    </tr>
  );
}

function Waiting({ columns }: { columns: number }) {
  return Array.from({ length: 6 }, (_, row) => (
    <tr key={row}>
      {Array.from({ length: columns }, (__, column) => <td key={column}><Skeleton width={column === 0 ? 140 : 90} /></td>)}
    </tr>
  ));
}
