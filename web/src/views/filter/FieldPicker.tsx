/** Choosing the field to filter by. */
import { useTranslation } from "react-i18next";
import { useCatalog } from "../../api/queries.ts";
import type { Field, Obj } from "../../api/types.ts";
import { fieldAt, listable } from "../../lib/fields.ts";
import { Picker } from "../../ui/Picker.tsx";

export function FieldPicker({ object, onPick, onCancel }: { object: Obj; onPick(field: Field): void; onCancel(): void }) {
  const { t } = useTranslation();
  const catalog = useCatalog();
  const direct = listable(object).filter(({ filterable }) => filterable);
  const related = direct.filter(({ kind, to }) => kind === "relation" && to?.length === 1).flatMap((field) =>
    (catalog.objects.find(({ name }) => name === field.to?.[0])?.fields ?? [])
      .filter(({ filterable, options, readonly }) => filterable && !readonly && options !== null)
      .flatMap(({ name }) => fieldAt(object, `${field.name}.${name}`, catalog) ?? []));
  const fields = [...direct, ...related];
  return (
    <Picker autoFocus clearable={false} chosen={[]} text="" label={t("filter.pick_field")} placeholder={t("filter.pick_field")}
      options={fields.map(({ name, label }) => ({ key: name, label }))} onCancel={onCancel}
      onPick={([key]) => {
        const field = fields.find(({ name }) => name === key);
        if (field !== undefined) onPick(field);
      }} />
  );
}
