/** What each link of a many-to-many says besides whom it links. */
import { Select, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { t } from "../../lib/i18n.ts";
import { Button, IconButton } from "../../ui/Button.tsx";
import { Faults } from "./Faults.tsx";
import type { AttributeDraft, FieldDraft } from "./fieldDraft.ts";
import { kindLabel } from "./kindTexts.ts";
import css from "./settings.module.css";

const KINDS = ["text", "long_text", "number", "percent", "money", "rating", "duration", "boolean", "date", "moment", "choice", "tags"];

interface Props {
  draft: FieldDraft;
  object: string;
  faults: string[] | undefined;
  onChange: (values: Partial<FieldDraft>) => void;
}

export function AttributesEditor({ draft, object, faults, onChange }: Props) {
  const set = (at: number, values: Partial<AttributeDraft>): void => {
    onChange({ attributes: draft.attributes.map((one, index) => (index === at ? { ...one, ...values } : one)) });
  };
  return (
    <fieldset className={css["form"]} style={{ border: 0, padding: 0, margin: 0 }}>
      <legend className={css["label"]}>{t("settings.attributes")}</legend>
      {draft.attributes.map((one, at) => (
        <div key={at} className={css["pair"]}>
          <TextInput label={t("settings.attribute")} value={one.label} onChange={(event) => { set(at, { label: event.currentTarget.value }); }} />
          <div style={{ display: "flex", alignItems: "flex-end", gap: 4 }}>
            <Select style={{ flex: 1 }} label={t("settings.kind")} allowDeselect={false} value={one.kind}
              data={KINDS.map((kind) => ({ value: kind, label: kindLabel(kind, []) }))}
              onChange={(kind) => { set(at, { kind: kind ?? "text" }); }} />
            <IconButton label={t("settings.attribute_remove", { label: one.label })}
              onClick={() => { onChange({ attributes: draft.attributes.filter((_, index) => index !== at) }); }}>
              <IconX size={16} aria-hidden />
            </IconButton>
          </div>
          {one.kind === "choice" && (
            <TextInput label={t("settings.attribute_options")} description={t("settings.attribute_options_hint")} value={one.options}
              onChange={(event) => { set(at, { options: event.currentTarget.value }); }} />
          )}
        </div>
      ))}
      <div>
        <Button look="quiet" small icon={<IconPlus size={16} aria-hidden />}
          onClick={() => { onChange({ attributes: [...draft.attributes, { label: "", kind: "text", options: "" }] }); }}>
          {t("settings.attribute_add")}
        </Button>
      </div>
      <Faults messages={faults} object={object} />
    </fieldset>
  );
}
