/** Choosing the field to filter by. */
import { useTranslation } from "react-i18next";
import { useCatalog } from "../../api/queries.ts";
import type { Field, Obj } from "../../api/types.ts";
import { askables } from "../../lib/lists.ts";
import { Picker } from "../../ui/Picker.tsx";

interface FieldPickerProps {
  object: Obj;
  /** A field that is not offered. */
  except?: string | undefined;
  onPick(field: Field): void;
  onCancel(): void;
}

export function FieldPicker({ object, except, onPick, onCancel }: FieldPickerProps) {
  const { t } = useTranslation();
  const fields = askables(object, useCatalog(), except);
  return (
    <Picker autoFocus clearable={false} chosen={[]} text="" label={t("filter.pick_field")} placeholder={t("filter.pick_field")}
      options={fields.map(({ name, label }) => ({ key: name, label }))} onCancel={onCancel}
      onPick={([key]) => {
        const field = fields.find(({ name }) => name === key);
        if (field !== undefined) onPick(field);
      }} />
  );
}
