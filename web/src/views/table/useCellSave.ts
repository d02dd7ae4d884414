/** Saving one cell: shown at once, taken back when the server refuses, undone on request. */
import { type InfiniteData, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Problem } from "../../api/client.ts";
import { recordQuery, updateRecord } from "../../api/queries.ts";
import type { Field, Obj, Page, RecordValues } from "../../api/types.ts";
import { toast } from "../../ui/toast.tsx";

export type SaveCell = (record: RecordValues, field: Field, value: unknown) => Promise<string | null>;

/** Resolves to why the server refused, so that the editor can show it below what was typed; null once saved. */
export function useCellSave(object: Obj): SaveCell {
  const client = useQueryClient();
  const { t } = useTranslation();

  const show = (id: string, change: (record: RecordValues) => RecordValues) => {
    client.setQueriesData<InfiniteData<Page>>({ queryKey: ["records", object.name, "page"] }, (data) =>
      data && { ...data, pages: data.pages.map((page) => ({
        ...page, records: page.records.map((record) => (record.id === id ? change(record) : record)),
      })) });
  };
  const refresh = (id: string) => {
    for (const part of ["aggregate", "board", "history", "title"])
      void client.invalidateQueries({ queryKey: ["records", object.name, part] });
    void client.invalidateQueries({ queryKey: ["records", object.name, "one", id] });
    void client.invalidateQueries({ queryKey: ["records", object.name, "page"], refetchType: "none" });
  };
  const put = (record: RecordValues, field: Field, value: unknown) => {
    const stale = new Set(hanging(object, field, record));
    show(record.id, (shown) => ({ ...without(shown, stale), [field.name]: value }));
  };
  /** Titles of what the field leads to now, and what amounts are worth now; the list asks for them anew only later. */
  const complete = async (id: string, paths: string[]) => {
    if (paths.length === 0) return;
    const read = await client.fetchQuery(recordQuery(object.name, id, paths)).catch(() => null);
    if (read !== null) show(id, (shown) => (shown.version === read.version ? { ...shown, ...read } : shown));
  };

  const send = async (record: RecordValues, field: Field, value: unknown, version: number | undefined) => {
    const saved = await updateRecord(object.name, {
      id: record.id, values: { [field.name]: value }, ...(version === undefined ? {} : { version }),
    });
    show(record.id, (shown) => ({ ...shown, ...only(saved, Object.keys(shown)) }));
    refresh(record.id);
    void complete(record.id, hanging(object, field, record));
    return saved;
  };

  const save: SaveCell = async (record, field, value) => {
    const before = record[field.name] ?? null;
    put(record, field, value);
    try {
      const saved = await send(record, field, value, record.version);
      toast(t("table.saved", { field: field.label }), { undo: async () => { await back(saved, field, before); } });
      return null;
    } catch (error) {
      show(record.id, (shown) => ({ ...shown, ...record }));
      if (!(error instanceof Problem) || error.status !== 412) return explain(error, t);
      await client.invalidateQueries({ queryKey: ["records", object.name, "page"] });
      return t("table.stale", { field: field.label });
    }
  };

  const back = async (record: RecordValues, field: Field, value: unknown) => {
    try {
      await send(record, field, value, record.version);
      await client.invalidateQueries({ queryKey: ["records", object.name, "page"] });
    } catch (error) {
      toast(explain(error, t), { error: true });
    }
  };
  return save;
}

export function explain(error: unknown, t: (key: string) => string): string {
  if (!(error instanceof Problem)) return t("common.unexpected");
  if (error.offline) return t("table.not_saved_offline");
  return error.errors.length > 0 ? error.errors.map(({ message }) => message).join(" ") : error.detail;
}

function only(values: RecordValues, keys: string[]): Partial<RecordValues> {
  return Object.fromEntries(keys.filter((key) => key in values).map((key) => [key, values[key]]));
}

/** What of a row hangs on the field: titles and fields of what it leads to, what its amount is worth, or what those amounts
 * are whose rate it dates. */
function hanging(object: Obj, field: Field, record: RecordValues): string[] {
  const names = [field.name, ...object.fields.filter(({ rate_date: day }) => day === field.name).map(({ name }) => name)];
  return Object.keys(record).filter((key) => names.some((name) => key.startsWith(`${name}.`)));
}

function without(record: RecordValues, keys: Set<string>): RecordValues {
  const kept = Object.entries(record).filter(([key]) => !keys.has(key));
  return { ...Object.fromEntries(kept), id: record.id, version: record.version };
}
