/** Where the person is, what the record is called, what matters most of it, and what can be done with it. */
import { Menu } from "@mantine/core";
import { IconChevronRight, IconCopy, IconDots, IconPencil, IconTrash } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { Obj, RecordValues } from "../../api/types.ts";
import { kindOf } from "../../kinds/registry.ts";
import { referenceOf } from "../../kinds/relatedTitle.ts";
import { t } from "../../lib/i18n.ts";
import { Avatar, Glyph } from "../../ui/Avatar.tsx";
import { Button, IconButton } from "../../ui/Button.tsx";
import { keyFields, stageField, titleOf } from "./columns.ts";
import css from "./record.module.css";

const PEOPLE = ["contact", "lead", "user"];

interface Props {
  object: Obj;
  record: RecordValues;
  onEdit: () => void;
  onDelete: () => void;
}

export function RecordHeader({ object, record, onEdit, onDelete }: Props) {
  const title = titleOf(object, record);
  return (
    <>
      <header className={css["top"]}>
        <nav className={css["crumb"]} aria-label={t("record.breadcrumb")}>
          <Link to="/o/$object" params={{ object: object.name }}>{object.plural}</Link>
          <IconChevronRight size={14} aria-hidden />
          <b className="cut">{title}</b>
        </nav>
        <div className={css["actions"]}>
          {object.permissions.update && (
            <Button icon={<IconPencil size={16} aria-hidden />} onClick={onEdit}><span className={css["word"]}>{t("record.edit")}</span></Button>
          )}
          {object.permissions.delete && (
            <Button look="danger" icon={<IconTrash size={16} aria-hidden />} onClick={onDelete}><span className={css["word"]}>{t("record.delete")}</span></Button>
          )}
          <Menu position="bottom-end">
            <Menu.Target>
              <IconButton label={t("record.more_actions")}><IconDots size={16} aria-hidden /></IconButton>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item leftSection={<IconCopy size={14} aria-hidden />} onClick={() => { void navigator.clipboard.writeText(window.location.href); }}>
                {t("record.copy_link")}
              </Menu.Item>
              <Menu.Item leftSection={<IconCopy size={14} aria-hidden />} onClick={() => { void navigator.clipboard.writeText(record.id); }}>
                {t("record.copy_id")}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </div>
      </header>
      <div className={css["head"]}>
        {PEOPLE.includes(object.name) ? (
          <Avatar name={title} id={record.id} size="xl" />
        ) : object.name === "account" ? (
          <Avatar name={title} id={record.id} shape="organisation" size="xl" />
        ) : (
          <Glyph icon={object.icon} colour={object.colour} size="xl" />
        )}
        <div style={{ minWidth: 0 }}>
          <h1 title={title.length > 100 ? title : undefined}>{title}</h1>
          <Facts object={object} record={record} />
        </div>
      </div>
    </>
  );
}

function Facts({ object, record }: { object: Obj; record: RecordValues }) {
  const path = stageField(object);
  const fields = keyFields(object, path === undefined ? [] : [path.name], 6)
    .filter((field) => !kindOf(field).isEmpty(record[field.name]))
    .slice(0, 5);
  return (
    <div className={css["facts"]}>
      {fields.map((field) => {
        const { Display, bare } = kindOf(field);
        const reference = ["relation", "user"].includes(field.kind) ? referenceOf(field, record[field.name]) : null;
        const shown = <Display field={field} value={record[field.name]} record={record} />;
        return (
          <span key={field.name} className={css["fact"]} title={field.label}>
            {bare === true && <span className={css["factName"]}>{field.label}</span>}
            <span className={field.kind === "money" ? css["strong"] : "cut"}>
              {reference === null ? shown : <Link to="/o/$object/$id" params={{ object: reference.object, id: reference.id }}>{shown}</Link>}
            </span>
          </span>
        );
      })}
    </div>
  );
}
