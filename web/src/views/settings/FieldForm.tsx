/** What a field takes besides its kind; faults stand beside what they are about. */
import { Select, Switch, TextInput } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import type { Problem } from "../../api/client.ts";
import type { Field, KindInfo, Obj } from "../../api/types.ts";
import { placeFaults } from "../../lib/faults.ts";
import { t } from "../../lib/i18n.ts";
import { Link } from "@tanstack/react-router";
import { Band } from "../../ui/Band.tsx";
import { Button } from "../../ui/Button.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { AttributesEditor } from "./AttributesEditor.tsx";
import { Conditions } from "./Conditions.tsx";
import { DefaultEditor } from "./DefaultEditor.tsx";
import { Faults } from "./Faults.tsx";
import { CONDITIONS, type FieldDraft } from "./fieldDraft.ts";
import { FormulaEditor } from "./FormulaEditor.tsx";
import { kindIcon } from "../../kinds/registry.ts";
import { kindLabel } from "./kindTexts.ts";
import { nameFromLabel } from "./name.ts";
import { OptionsEditor } from "./OptionsEditor.tsx";
import { RollupEditor } from "./RollupEditor.tsx";
import { TargetPick } from "./TargetPick.tsx";
import css from "./settings.module.css";

const PLACES = ["label", "name", "help", "required", "unique", "options", "to", "inverse", "fields", "formula", "default", "of", "fn", "field", "filter", "sort", "rate_date", ...CONDITIONS];

const DATED = new Set(["date", "moment"]);

interface Props {
  object: Obj;
  field: Field | null;
  draft: FieldDraft;
  kind: KindInfo | undefined;
  problem: Problem | null;
  busy: boolean;
  onChange: (values: Partial<FieldDraft>) => void;
  onBack: (() => void) | null;
  /** Gives a field that is there another kind. */
  onKind: (() => void) | null;
  /** Gives a field that is there another name. */
  onName: (() => void) | null;
  /** Makes one of several options. */
  onMerge: (() => void) | null;
  onDelete: (() => void) | null;
  onClose: () => void;
  onSave: () => void;
}

export function FieldForm(props: Props) {
  const { object, field, draft, kind, problem, onChange } = props;
  const { byField, rest } = placeFaults(problem?.errors ?? [], PLACES);
  const takes = (what: string): boolean => kind?.takes.includes(what) === true;
  return (
    <form
      className={css["form"]}
      onSubmit={(event) => { event.preventDefault(); props.onSave(); }}
      onKeyDown={(event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) props.onSave();
      }}
    >
      {problem !== null && (rest.length > 0 || problem.errors.length === 0) && (
        <Band message={rest.join(" ") || problem.detail} requestId={problem.requestId} />
      )}
      <Chosen draft={draft} kind={kind} onBack={props.onBack} onKind={props.onKind} />
      <Naming {...props} faults={byField} />
      {takes("options") && (
        <div>
          <OptionsEditor options={draft.options} onChange={(options) => { onChange({ options }); }} />
          {props.onMerge !== null && <Button look="quiet" small onClick={props.onMerge}>{t("settings.merge_options")}</Button>}
          <Faults messages={byField["options"]} object={object.name} />
        </div>
      )}
      {field === null && takes("to") && draft.kind !== "user" && (
        <TargetPick draft={draft} object={object} faults={byField} onChange={onChange} />
      )}
      {takes("fields") && (field === null
        ? <AttributesEditor draft={draft} faults={byField["fields"]} object={object.name} onChange={onChange} />
        : field.through !== undefined && (
          <p className={css["soft"]}>
            <Link to="/settings/objects/$object" params={{ object: field.through.object }}>{t("settings.attributes_there")}</Link>
          </p>
        ))}
      {takes("rate_date") && (
        <Select
          clearable
          label={t("settings.rate_date")}
          description={t("settings.rate_date_hint")}
          placeholder={t("settings.rate_date_created")}
          value={draft.rate_date || null}
          data={object.fields.filter((one) => DATED.has(one.kind)).map((one) => ({ value: one.name, label: one.label }))}
          error={byField["rate_date"]?.join(" ")}
          onChange={(chosen) => { onChange({ rate_date: chosen ?? "" }); }}
        />
      )}
      {takes("formula") && (field === null || field.custom) && (
        <div>
          <FormulaEditor object={object} value={draft.formula} onChange={(formula) => { onChange({ formula }); }} />
          <Faults messages={byField["formula"]} object={object.name} />
        </div>
      )}
      {takes("rollup") && (field === null || field.custom) && <RollupEditor object={object} draft={draft} faults={byField} onChange={onChange} />}
      {kind?.writable === true && !takes("fields") && <Rules {...props} faults={byField} />}
      {kind?.writable === true && (
        <div>
          <DefaultEditor draft={draft} onChange={(value) => { onChange({ default: value }); }} />
          <Faults messages={byField["default"]} object={object.name} />
        </div>
      )}
      <Conditions object={object.name} draft={draft} computed={kind?.writable === false || takes("fields")} faults={byField} onChange={onChange} />
      <Foot {...props} />
    </form>
  );
}

function Chosen({ draft, kind, onBack, onKind }: Pick<Props, "draft" | "kind" | "onBack" | "onKind">) {
  return (
    <div className={css["chosen"]}>
      <Icon name={kindIcon(draft.kind)} size={16} />
      <span style={{ flex: 1 }}>{kindLabel(draft.kind, kind ? [kind] : [])}</span>
      {onBack !== null && <Button look="quiet" small onClick={onBack}>{t("settings.other_kind")}</Button>}
      {onKind !== null && <Button look="quiet" small onClick={onKind}>{t("settings.change_kind")}</Button>}
    </div>
  );
}

type WithFaults = Props & { faults: Record<string, string[]> };

function Naming({ field, draft, onChange, onName, faults }: WithFaults) {
  return (
    <>
      <div className={css["pair"]}>
        <TextInput
          required
          data-autofocus
          autoFocus={field === null}
          label={t("settings.label")}
          value={draft.label}
          error={faults["label"]?.join(" ")}
          onChange={(event) => { onChange({ label: event.currentTarget.value }); }}
        />
        <TextInput
          label={t("settings.name")}
          value={draft.name || nameFromLabel(draft.label)}
          readOnly={field !== null}
          error={faults["name"]?.join(" ")}
          styles={{ input: { fontFamily: "var(--mono)" } }}
          onChange={(event) => { onChange({ name: event.currentTarget.value }); }}
        />
      </div>
      {onName !== null && (
        <div style={{ display: "flex", justifyContent: "flex-end" }}>
          <Button look="quiet" small onClick={onName}>{t("settings.name_change_dots")}</Button>
        </div>
      )}
      <TextInput
        label={t("settings.help")}
        description={t("settings.help_hint")}
        value={draft.help}
        error={faults["help"]?.join(" ")}
        onChange={(event) => { onChange({ help: event.currentTarget.value }); }}
      />
    </>
  );
}

function Rules({ object, draft, kind, onChange, faults }: WithFaults) {
  return (
    <div>
      <div className={css["switches"]}>
        <Switch label={t("settings.required")} checked={draft.required} onChange={(event) => { onChange({ required: event.currentTarget.checked }); }} />
        {(kind?.unique === true || draft.unique) && (
          <Switch label={t("settings.unique")} checked={draft.unique} onChange={(event) => { onChange({ unique: event.currentTarget.checked }); }} />
        )}
      </div>
      <Faults messages={faults["required"]} object={object.name} />
      <Faults messages={faults["unique"]} object={object.name} />
    </div>
  );
}

function Foot({ field, busy, draft, onDelete, onClose }: Props) {
  return (
    <div className={css["foot"]}>
      {onDelete !== null && (
        <Button look="danger" className={css["start"]} icon={<IconTrash size={16} aria-hidden />} onClick={onDelete}>
          {t("settings.delete_field")}
        </Button>
      )}
      <Button look="quiet" onClick={onClose}>{t("settings.cancel")}</Button>
      <Button look="primary" type="submit" disabled={busy || draft.label.trim() === ""}>
        {t(field === null ? "settings.create_field" : "settings.save")}
      </Button>
    </div>
  );
}
