/** One object: its fields, its labels, and for the workspace's own objects the way to delete it. */
import { IconChevronRight, IconPencil, IconPlus, IconTrash } from "@tabler/icons-react";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { objectCalled, useCatalog, useMe, useStoredCatalog } from "../../api/queries.ts";
import type { Field, Obj, Rule } from "../../api/types.ts";
import { t } from "../../lib/i18n.ts";
import { Button } from "../../ui/Button.tsx";
import { Empty } from "../../ui/Empty.tsx";
import { toast } from "../../ui/toast.tsx";
import { ConfirmDelete } from "./ConfirmDelete.tsx";
import { Deleted } from "./Deleted.tsx";
import { FieldDialog } from "./FieldDialog.tsx";
import { FieldTable } from "./FieldTable.tsx";
import { RuleDialog } from "./RuleDialog.tsx";
import { RuleTable } from "./RuleTable.tsx";
import { RelabelDialog } from "./RelabelDialog.tsx";
import { SettingsShell } from "./SettingsShell.tsx";

const NameDialog = lazy(() => import("./NameDialog.tsx"));

export default function ObjectPage() {
  useTranslation();
  const { object: name } = useParams({ strict: false });
  const object = objectCalled(name, useCatalog().objects);
  if (object === undefined) {
    return (
      <SettingsShell section="objects" title={name ?? ""} crumb={<Crumb />}>
        <Empty title={t("settings.object_gone")} text={t("settings.object_gone_text")} />
      </SettingsShell>
    );
  }
  return <Page object={object} />;
}

type Open = { what: "relabel" | "name" | "new" | "delete" } | { what: "field" | "drop"; field: Field } | { what: "rule"; rule: Rule | null } | { what: "drop_rule"; rule: Rule } | null;

function Page({ object }: { object: Obj }) {
  const { administers } = useMe();
  const [open, setOpen] = useState<Open>(null);
  const stored = useStoredCatalog().objects.find(({ name }) => name === object.name) ?? object;
  const close = (): void => { setOpen(null); };
  return (
    <SettingsShell
      section="objects"
      crumb={<Crumb />}
      title={object.plural}
      actions={administers && <Actions object={object} onOpen={setOpen} />}
    >
      <FieldTable
        object={object}
        onOpen={administers ? (field) => { setOpen({ what: "field", field }); } : undefined}
      />
      <RuleTable object={object} onOpen={administers ? (rule) => { setOpen({ what: "rule", rule }); } : undefined} />
      {administers && <Deleted object={object.name} />}
      {open?.what === "rule" && (
        <RuleDialog object={stored} rule={open.rule} onClose={close} onDelete={(rule) => { setOpen({ what: "drop_rule", rule }); }} />
      )}
      {open?.what === "drop_rule" && <DropRule object={object} rule={open.rule} onClose={close} />}
      {(open?.what === "new" || open?.what === "field") && (
        <FieldDialog
          object={stored}
          field={open.what === "field" ? (stored.fields.find(({ name }) => name === open.field.name) ?? open.field) : null}
          onClose={close}
          onDelete={(field) => { setOpen({ what: "drop", field }); }}
        />
      )}
      {open?.what === "relabel" && <RelabelDialog object={stored} onClose={close} onName={() => { setOpen({ what: "name" }); }} />}
      {open?.what === "name" && <Suspense><Rename object={stored} onClose={close} /></Suspense>}
      {open?.what === "drop" && <DropField object={object} field={open.field} onClose={close} />}
      {open?.what === "delete" && <DropObject object={object} onClose={close} />}
    </SettingsShell>
  );
}

function Rename({ object, onClose }: { object: Obj; onClose: () => void }) {
  const navigate = useNavigate();
  const there = (name: string): void => { void navigate({ to: "/settings/objects/$object", params: { object: name } }); };
  return <NameDialog object={object.name} path={`/objects/${object.name}`} label={object.label} name={object.name} former={object.former ?? []} onClose={onClose} onRenamed={there} />;
}

function Crumb() {
  return (
    <>
      <Link to="/settings/objects">{t("settings.section_objects")}</Link>
      <IconChevronRight size={14} aria-hidden />
    </>
  );
}

function Actions({ object, onOpen }: { object: Obj; onOpen: (open: Open) => void }) {
  return (
    <>
      {object.custom && (
        <Button look="danger" icon={<IconTrash size={16} aria-hidden />} onClick={() => { onOpen({ what: "delete" }); }}>
          {t("settings.delete")}
        </Button>
      )}
      <Button icon={<IconPencil size={16} aria-hidden />} onClick={() => { onOpen({ what: "relabel" }); }}>
        {t("settings.rename")}
      </Button>
      <Button look="primary" icon={<IconPlus size={16} aria-hidden />} onClick={() => { onOpen({ what: "new" }); }}>
        {t("settings.new_field")}
      </Button>
    </>
  );
}

function DropField({ object, field, onClose }: { object: Obj; field: Field; onClose: () => void }) {
  return (
    <ConfirmDelete
      title={t("settings.delete_field_title", { label: field.label })}
      text={t("settings.delete_field_text", { label: field.label, plural: object.plural })}
      confirm={t("settings.delete_field")}
      path={`/objects/${object.name}/fields/${field.name}`}
      touches={object.name}
      onClose={onClose}
      onDone={() => { toast(t("settings.field_deleted", { label: field.label })); }}
    />
  );
}

function DropRule({ object, rule, onClose }: { object: Obj; rule: Rule; onClose: () => void }) {
  return (
    <ConfirmDelete
      title={t("settings.delete_rule_title", { label: rule.label })}
      text={t("settings.delete_rule_text", { plural: object.plural })}
      confirm={t("settings.delete_rule")}
      path={`/objects/${object.name}/rules/${rule.name}`}
      onClose={onClose}
      onDone={() => { toast(t("settings.rule_deleted", { label: rule.label })); }}
    />
  );
}

function DropObject({ object, onClose }: { object: Obj; onClose: () => void }) {
  const navigate = useNavigate();
  return (
    <ConfirmDelete
      title={t("settings.delete_object_title", { plural: object.plural })}
      text={t("settings.delete_object_text", { plural: object.plural })}
      confirm={t("settings.delete_object")}
      path={`/objects/${object.name}`}
      touches={object.name}
      onClose={onClose}
      onDone={() => {
        toast(t("settings.object_deleted", { label: object.plural }));
        void navigate({ to: "/settings/objects" });
      }}
    />
  );
}
