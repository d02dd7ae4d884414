/** All fields of a record at once. Only what was changed is sent; what somebody else saved meanwhile is told, never overwritten unseen. */
import { useEffect, useRef, useState } from "react";
import { Problem, request } from "../../api/client.ts";
import { updateRecord, useMe, useRefresh, useUpdate } from "../../api/queries.ts";
import type { Obj, RecordValues } from "../../api/types.ts";
import { placeFaults } from "../../lib/faults.ts";
import { t } from "../../lib/i18n.ts";
import { standing } from "../../lib/standing.ts";
import { Band } from "../../ui/Band.tsx";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Kbd } from "../../ui/Kbd.tsx";
import { toast } from "../../ui/toast.tsx";
import css from "./form.module.css";
import { changed, formSections } from "./formFields.ts";
import { Section } from "./Section.tsx";

interface Props {
  object: Obj;
  record: RecordValues;
  title: string;
  onClose: () => void;
}

export default function EditDialog(props: Props) {
  const [dirty, setDirty] = useState(false);
  return (
    <Dialog opened onClose={props.onClose} title={t("form.edit", { label: props.object.label })} size={640} closeOnClickOutside={!dirty} closeOnEscape={!dirty}>
      <Form {...props} dirty={dirty} setDirty={setDirty} />
    </Dialog>
  );
}

function Form({ object, record, title, onClose, dirty, setDirty }: Props & { dirty: boolean; setDirty: (dirty: boolean) => void }) {
  const [before, setBefore] = useState(record);
  const [values, setValues] = useState<Record<string, unknown>>(record);
  const [theirs, setTheirs] = useState<Record<string, string[]> | null>(null);
  const update = useUpdate(object.name);
  const refresh = useRefresh();
  const form = useRef<HTMLFormElement>(null);
  const sections = formSections(object, []);
  const shown = sections.flatMap(({ fields }) => fields.map(({ name }) => name));
  const { currency } = useMe().workspace;
  const now = standing(object, values, before, new Set(changed(values, before, shown)), currency);
  const problem = update.error instanceof Problem && update.error.status !== 412 ? update.error : null;
  const { byField, rest } = placeFaults(problem?.errors ?? [], shown.filter((name) => !now.hidden.has(name)));

  useEffect(() => {
    if (problem !== null) form.current?.querySelector<HTMLElement>("[aria-invalid='true']")?.focus();
  }, [problem]);

  const undo = async (saved: RecordValues, names: string[]): Promise<void> => {
    await updateRecord(object.name, { id: saved.id, version: saved.version, values: pick(before, names) });
    refresh(object.name);
  };
  /** Somebody saved meanwhile: their values are told at the fields in question, what was typed stays; saving again takes it. */
  const overtaken = async (sent: string[]): Promise<void> => {
    const newest = await request<RecordValues>("GET", `/records/${object.name}/${record.id}`);
    const news = shown.filter((name) => !same(newest[name], before[name]));
    const untouched = news.filter((name) => !sent.includes(name));
    setValues((held) => ({ ...held, ...pick(newest, untouched) }));
    setBefore(newest);
    setTheirs(Object.fromEntries(news.filter((name) => sent.includes(name)).map((name) => [name, [t("form.overtaken")]])));
  };
  const save = async (): Promise<void> => {
    const sent = changed(values, before, shown);
    if (sent.length === 0) { onClose(); return; }
    if (update.isPending) return;
    try {
      const saved = await update.mutateAsync({ id: record.id, version: before.version, values: pick(values, sent) });
      toast(t("form.saved", { title }), { undo: async () => { await undo(saved, sent); } });
      onClose();
    } catch (error) {
      if (error instanceof Problem && error.status === 412) await overtaken(sent);
    }
  };
  const run = (): void => { save().catch((error: unknown) => { toast(error instanceof Problem ? error.detail : String(error), { error: true }); }); };
  const told = update.error !== null && (problem === null || rest.length > 0 || problem.errors.length === 0);
  return (
    <form
      ref={form}
      className={css["form"]}
      noValidate
      onSubmit={(event) => { event.preventDefault(); run(); }}
      onKeyDownCapture={(event) => {
        if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        event.stopPropagation();
        run();
      }}
    >
      {theirs !== null && <Band message={t("form.overtaken_all")} />}
      {theirs === null && told && <Band message={rest.join(" ") || update.error.message} {...(problem === null ? {} : { requestId: problem.requestId })} />}
      {now.faults[""] !== undefined && <Band message={now.faults[""].join(" ")} />}
      {sections.map((section) => (
        <Section
          key={section.label ?? ""}
          section={section}
          values={values}
          standing={now}
          faults={theirs ?? byField}
          focus={null}
          onChange={(name, value) => { setDirty(true); setValues((held) => ({ ...held, [name]: value })); }}
          onCancel={() => { if (!dirty) onClose(); }}
        />
      ))}
      <footer className={css["foot"]}>
        <span className={css["again"]} />
        <Button look="quiet" onClick={onClose}>{t("form.cancel")}</Button>
        <Button look="primary" type="submit" disabled={update.isPending}>{t("form.save")} <Kbd>{t("form.save_key")}</Kbd></Button>
      </footer>
    </form>
  );
}

function pick(values: Record<string, unknown>, names: string[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, values[name] ?? null]));
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
}
