/** What can be done with the selected records at once; each change can be taken back. */
import { Popover } from "@mantine/core";
import { IconEdit, IconTrash, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { request } from "../../api/client.ts";
import { useBatch, useRefresh } from "../../api/queries.ts";
import type { BatchChange, BatchResult, Field, Obj, RecordValues } from "../../api/types.ts";
import { kindOf } from "../../kinds/registry.ts";
import { inSentence } from "../../lib/i18n.ts";
import { Button } from "../../ui/Button.tsx";
import { Kbd } from "../../ui/Kbd.tsx";
import { Picker } from "../../ui/Picker.tsx";
import { toast } from "../../ui/toast.tsx";
import style from "./table.module.css";
import { explain } from "./useCellSave.ts";

const AT_ONCE = 1000;

export function useBulk(object: Obj, onDone: () => void) {
  const { t } = useTranslation();
  const batch = useBatch(object.name);
  const refresh = useRefresh();

  const send = async (changes: BatchChange[]): Promise<BatchResult[]> => {
    const results: BatchResult[] = [];
    for (let at = 0; at < changes.length; at += AT_ONCE)
      results.push(...(await batch.mutateAsync({ changes: changes.slice(at, at + AT_ONCE) })));
    return results;
  };
  const tell = (results: BatchResult[], message: string, undo: () => Promise<void>) => {
    const refused = results.filter(({ status }) => status >= 400);
    const first = refused[0];
    if (first !== undefined)
      toast(t("table.bulk_refused", {
        count: refused.length, reason: first.errors?.[0]?.message ?? first.detail ?? "",
      }), { error: true });
    if (refused.length < results.length) toast(message, { undo });
  };
  const guard = (work: () => Promise<void>) => {
    work().catch((error: unknown) => { toast(explain(error, t), { error: true }); });
  };

  const setField = (records: RecordValues[], field: Field, value: unknown) => {
    guard(async () => {
      const ids = records.map(({ id }) => id);
      const before = await request<{ records: RecordValues[] }>("POST", `/records/${object.name}/query`, {
        fields: [field.name], filter: { field: "id", op: "in", value: ids }, limit: AT_ONCE,
      });
      const results = await send(ids.map((id) => ({ update: id, values: { [field.name]: value } })));
      tell(results, t("table.bulk_set", { count: ids.length, field: field.label, ...names(object, ids.length) }), async () => {
        await send(before.records.map((record) => ({ update: record.id, values: { [field.name]: record[field.name] ?? null } })));
      });
    });
  };
  const remove = (records: RecordValues[]) => {
    guard(async () => {
      const ids = records.map(({ id }) => id);
      const results = await send(ids.map((id) => ({ delete: id })));
      onDone();
      tell(results, t("table.bulk_deleted", { count: ids.length, ...names(object, ids.length) }), async () => {
        const gone = ids.filter((_, at) => (results[at]?.status ?? 500) < 400);
        await Promise.all(gone.map((id) => request("POST", `/records/${object.name}/${id}/restore`)));
        refresh(object.name);
      });
    });
  };
  return { setField, remove };
}

function names(object: Obj, count: number): { noun: string } {
  return { noun: inSentence(count === 1 ? object.label : object.plural) };
}

export function BulkBar({ object, records, onClear }: { object: Obj; records: RecordValues[]; onClear: () => void }) {
  const { t } = useTranslation();
  const bulk = useBulk(object, onClear);
  const [editing, setEditing] = useState(false);
  const { update, delete: mayDelete } = object.permissions;
  return (
    <div role="toolbar" aria-label={t("table.bulk")} className={style["bulk"]}>
      <span role="status">{t("table.selected", { count: records.length })}</span>
      {update && (
        <Popover opened={editing} onChange={setEditing} position="top" trapFocus withinPortal>
          <Popover.Target>
            <button type="button" aria-expanded={editing} onClick={() => { setEditing(!editing); }}>
              <IconEdit size={16} stroke={1.75} aria-hidden />{t("table.set_field")}
            </button>
          </Popover.Target>
          <Popover.Dropdown aria-label={t("table.set_field")}>
            <SetField object={object} count={records.length} onCancel={() => { setEditing(false); }}
              onApply={(field, value) => { setEditing(false); bulk.setField(records, field, value); }} />
          </Popover.Dropdown>
        </Popover>
      )}
      {mayDelete && (
        <button type="button" data-danger onClick={() => { bulk.remove(records); }}>
          <IconTrash size={16} stroke={1.75} aria-hidden />{t("common.delete")}
        </button>
      )}
      <button type="button" onClick={onClear} aria-label={t("table.clear_selection")}><Kbd>Esc</Kbd><IconX size={16} stroke={1.75} aria-hidden /></button>
    </div>
  );
}

function SetField({ object, count, onApply, onCancel }: {
  object: Obj;
  count: number;
  onApply(field: Field, value: unknown): void;
  onCancel(): void;
}) {
  const { t } = useTranslation();
  const fields = object.fields.filter(({ readonly, unique }) => !readonly && !unique);
  const [field, setField] = useState<Field | null>(null);
  const [value, setValue] = useState<unknown>(null);
  const Editor = field === null ? null : kindOf(field).Editor;
  return (
    <div className={style["bulkForm"]}>
      <Picker label={t("table.field")} placeholder={t("table.field")} clearable={false} text={field?.label ?? ""}
        options={fields.map(({ name, label }) => ({ key: name, label }))} chosen={field === null ? [] : [field.name]}
        onPick={([key]) => { setField(fields.find(({ name }) => name === key) ?? null); setValue(null); }} />
      {Editor !== null && field !== null && (
        <Editor key={field.name} field={field} value={value} autoFocus onChange={setValue} onCancel={onCancel} onCommit={() => undefined} />
      )}
      <Button look="primary" disabled={field === null} onClick={() => { if (field !== null) onApply(field, value); }}>
        {t("table.set_in", { count })}
      </Button>
    </div>
  );
}
