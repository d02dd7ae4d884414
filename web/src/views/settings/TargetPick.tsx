/** Where a relation points, and what the records there call the way back. */
import { MultiSelect, Select, TextInput } from "@mantine/core";
import { useCatalog } from "../../api/queries.ts";
import type { Obj } from "../../api/types.ts";
import { t } from "../../lib/i18n.ts";
import type { FieldDraft } from "./fieldDraft.ts";
import css from "./settings.module.css";

interface Props {
  draft: FieldDraft;
  object: Obj;
  faults: Record<string, string[]>;
  onChange: (values: Partial<FieldDraft>) => void;
}

export function TargetPick({ draft, object, faults, onChange }: Props) {
  const data = useCatalog().objects.map(({ name, label }) => ({ value: name, label }));
  const shared = { label: t("settings.points_to"), data, searchable: true, required: true, error: faults["to"]?.join(" ") };
  return (
    <div className={css["pair"]}>
      {["about", "reference"].includes(draft.kind) ? (
        <MultiSelect {...shared} value={draft.to} onChange={(to) => { onChange({ to }); }} />
      ) : (
        <Select {...shared} value={draft.to[0] ?? null} onChange={(to) => { onChange({ to: to === null ? [] : [to] }); }} />
      )}
      <TextInput
        label={t("settings.inverse")}
        description={t("settings.inverse_hint")}
        placeholder={object.plural}
        inputWrapperOrder={["label", "input", "description", "error"]}
        value={draft.inverse}
        error={faults["inverse"]?.join(" ")}
        onChange={(event) => { onChange({ inverse: event.currentTarget.value }); }}
      />
    </div>
  );
}
