/** A new record of any object, asked for by its layout. What was typed stays until it is saved. */
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "../../api/client.ts";
import { useCreate, useDelete, useMe } from "../../api/queries.ts";
import type { Obj, RecordValues } from "../../api/types.ts";
import { kindOf } from "../../kinds/registry.ts";
import { placeFaults } from "../../lib/faults.ts";
import { inSentence, t } from "../../lib/i18n.ts";
import { standing, type Standing } from "../../lib/standing.ts";
import { Band } from "../../ui/Band.tsx";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Kbd } from "../../ui/Kbd.tsx";
import { toast } from "../../ui/toast.tsx";
import css from "./form.module.css";
import { formSections, startValues, type FormSection } from "./formFields.ts";
import { Section } from "./Section.tsx";

interface Props {
  object: Obj;
  initial?: Record<string, unknown>;
  opened: boolean;
  onClose: () => void;
  onCreated?: (record: RecordValues) => void;
}

export default function CreateDialog(props: Props) {
  useTranslation();
  const [dirty, setDirty] = useState(false);
  const { object, opened, onClose } = props;
  return (
    <Dialog
      opened={opened}
      onClose={onClose}
      title={t("form.new", { label: inSentence(object.label) })}
      size={640}
      closeOnClickOutside={!dirty}
      closeOnEscape={!dirty}
    >
      {opened && <Form key={object.name} {...props} dirty={dirty} setDirty={setDirty} />}
    </Dialog>
  );
}

interface FormProps extends Props {
  dirty: boolean;
  setDirty: (dirty: boolean) => void;
}

function Form({ object, initial = {}, onClose, onCreated, dirty, setDirty }: FormProps) {
  const { user, workspace } = useMe();
  const me = user?.id ?? null;
  const [values, setValues] = useState(() => startValues(object, initial, me));
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [again, setAgain] = useState(false);
  const [round, setRound] = useState(0);
  const create = useCreate(object.name);
  const remove = useDelete(object.name);
  const form = useRef<HTMLFormElement>(null);
  const sections = formSections(object, Object.keys(initial));
  const shown = sections.flatMap(({ fields }) => fields.map(({ name }) => name));
  const now = standing(object, values, null, touched, workspace.currency);
  const problem = create.error instanceof Problem ? create.error : null;
  const { byField, rest } = placeFaults(problem?.errors ?? [], shown.filter((name) => !now.hidden.has(name)));

  useEffect(() => {
    if (problem !== null) form.current?.querySelector<HTMLElement>("[aria-invalid='true']")?.focus();
  }, [problem]);

  /** The dialog's focus trap looks for this mark; the editors of kinds do not know of dialogs. */
  useEffect(() => {
    form.current?.querySelector("[data-first] :is(input, textarea)")?.setAttribute("data-autofocus", "");
  }, []);

  const save = (): void => {
    if (create.isPending) return;
    create.mutate(sent(object, values, now, touched), {
      onSuccess: (record) => {
        toast(t("form.created", { title: titleOf(object, record) }), { undo: async () => { await remove.mutateAsync(record.id); } });
        setDirty(false);
        onCreated?.(record);
        if (!again) { onClose(); return; }
        create.reset();
        setValues(startValues(object, initial, me));
        setTouched(new Set());
        setRound(round + 1);
      },
    });
  };

  return (
    <form
      ref={form}
      key={round}
      className={css["form"]}
      noValidate
      onSubmit={(event) => { event.preventDefault(); save(); }}
      onKeyDownCapture={(event) => {
        if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        event.stopPropagation();
        save();
      }}
    >
      {create.error !== null && (rest.length > 0 || problem === null || problem.errors.length === 0) && (
        <Band message={rest.join(" ") || create.error.message} {...(problem === null ? {} : { requestId: problem.requestId })} />
      )}
      {now.faults[""] !== undefined && <Band message={now.faults[""].join(" ")} />}
      {sections.map((section, at) => (
        <Section
          key={section.label ?? ""}
          section={section}
          values={values}
          standing={now}
          faults={byField}
          focus={at === 0 ? firstOf(section, initial) : null}
          onChange={(name, value) => {
            setDirty(true);
            setTouched(new Set([...touched, name]));
            setValues((held) => ({ ...held, [name]: value }));
          }}
          onCancel={() => { if (!dirty) onClose(); }}
        />
      ))}
      <footer className={css["foot"]}>
        <label className={css["again"]}>
          <input type="checkbox" checked={again} onChange={(event) => { setAgain(event.currentTarget.checked); }} />
          {t("form.another")}
        </label>
        <Button look="quiet" onClick={onClose}>{t("form.cancel")}</Button>
        <Button look="primary" type="submit" disabled={create.isPending}>
          {t("form.create", { label: inSentence(object.label) })} <Kbd>{t("form.save_key")}</Kbd>
        </Button>
      </footer>
    </form>
  );
}

/** The first field that still waits for the person, where opening its editor shows no menu. */
function firstOf(section: FormSection, given: Record<string, unknown>): string | null {
  const typed = section.fields.filter(({ kind }) => ["text", "person_name", "number", "long_text"].includes(kind));
  return typed.find(({ name }) => !(name in given))?.name ?? null;
}

/** What is filled and shown; of fields that would get a value by themselves also what the person emptied. */
function sent(object: Obj, values: Record<string, unknown>, { hidden }: Standing, touched: ReadonlySet<string>): Record<string, unknown> {
  const emptied = object.fields.filter(({ name, default_formula: text }) => text && touched.has(name)).map(({ name }) => [name, null] as const);
  const filled = Object.entries(values).filter(([name, value]) => !hidden.has(name) && value !== null && value !== undefined && value !== "");
  return { ...Object.fromEntries(emptied), ...Object.fromEntries(filled) };
}

function titleOf(object: Obj, record: RecordValues): string {
  const field = object.fields.find(({ name }) => name === object.title);
  return (field === undefined ? "" : kindOf(field).format(record[field.name], field)) || object.label;
}
