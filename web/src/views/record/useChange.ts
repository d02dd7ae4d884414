/** Sets one field of a record at once, says so, and offers the way back. */
import { Problem } from "../../api/client.ts";
import { useUpdate } from "../../api/queries.ts";
import type { Field, Obj, RecordValues } from "../../api/types.ts";
import { kindOf } from "../../kinds/registry.ts";
import { t } from "../../lib/i18n.ts";
import { toast } from "../../ui/toast.tsx";

export function useChange(object: Obj) {
  const update = useUpdate(object.name);
  const set = async (id: string, version: number, field: Field, value: unknown): Promise<RecordValues | null> => {
    try {
      return await update.mutateAsync({ id, values: { [field.name]: value }, version });
    } catch (error) {
      const stale = error instanceof Problem && error.status === 412;
      const detail = error instanceof Problem ? error.errors.map(({ message }) => message).join(" ") || error.detail : String(error);
      toast(stale ? t("record.stale") : detail, { error: true });
      return null;
    }
  };
  return async (record: RecordValues, field: Field, value: unknown): Promise<void> => {
    const before = record[field.name];
    const saved = await set(record.id, record.version, field, value);
    if (saved === null) return;
    const said = { label: field.label, value: kindOf(field).format(value, field) };
    toast(t("record.set", said), { undo: async () => { await set(record.id, saved.version, field, before); } });
  };
}
