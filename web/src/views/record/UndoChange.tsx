/** Takes one change back: at once where nothing stands in its way, otherwise after showing what does. */
import { IconArrowBackUp } from "@tabler/icons-react";
import { Fragment, useState } from "react";
import { Problem } from "../../api/client.ts";
import { useUndo } from "../../api/queries.ts";
import type { Field, Obj, Undoing } from "../../api/types.ts";
import { kindOf } from "../../kinds/registry.ts";
import { t } from "../../lib/i18n.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { toast } from "../../ui/toast.tsx";
import css from "./record.module.css";

interface Props {
  object: Obj;
  id: string;
  version: number;
}

export function UndoChange({ object, id, version }: Props) {
  const undo = useUndo(object.name);
  const [foretold, setForetold] = useState<Undoing | null>(null);
  const path = `/records/${object.name}/${id}/undo`;
  const back = async (cause: string): Promise<void> => {
    try {
      await undo.mutateAsync({ path: "/undo", body: { cause } });
    } catch (error) {
      toast(said(error), { error: true });
    }
  };
  const run = async (overwrite: boolean, trial: boolean): Promise<void> => {
    try {
      const told = await undo.mutateAsync({ path, body: { version, on_conflict: overwrite ? "overwrite" : "keep", dry_run: trial } });
      if (trial && told.conflicts_total + told.refused_total + told.dependents_total > 0) {
        setForetold(told);
        return;
      }
      if (trial) {
        await run(overwrite, false);
        return;
      }
      setForetold(null);
      const { cause } = told;
      toast(t(cause === null ? "past.nothing_undone" : "past.undone"), cause === null ? {} : { undo: () => back(cause) });
    } catch (error) {
      toast(said(error), { error: true });
    }
  };
  return (
    <>
      <Button small look="quiet" disabled={undo.isPending} icon={<IconArrowBackUp size={14} aria-hidden />} onClick={() => { void run(false, true); }}>
        {t("past.undo")}
      </Button>
      {foretold !== null && (
        <Dialog opened onClose={() => { setForetold(null); }} title={t("past.undo")} size={520}>
          <Foretold object={object} told={foretold} />
          <div className={css["foot"]}>
            <Button data-autofocus onClick={() => { setForetold(null); }}>{t("past.cancel")}</Button>
            {foretold.conflicts_total > 0 && (
              <Button look="danger" disabled={undo.isPending} onClick={() => { void run(true, false); }}>{t("past.overwrite")}</Button>
            )}
            {foretold.undone > 0 && (
              <Button look="primary" disabled={undo.isPending} onClick={() => { void run(false, false); }}>
                {t(foretold.conflicts_total > 0 ? "past.keep" : "past.go_on")}
              </Button>
            )}
          </div>
        </Dialog>
      )}
    </>
  );
}

function Foretold({ object, told }: { object: Obj; told: Undoing }) {
  return (
    <div className={css["stack"]}>
      {told.conflicts.length > 0 && <p>{t("past.conflicts")}</p>}
      <ul className={css["told"]}>
        {told.conflicts.map(({ field, then, now }) => (
          <li key={field ?? ""}>
            {field === null ? t("past.changed_since") : <Conflict field={object.fields.find(({ name }) => name === field)} name={field} then={then} now={now} />}
          </li>
        ))}
        {told.refused.flatMap(({ errors }) => errors).map(({ pointer, message }) => <li key={`${pointer} ${message}`}>{message}</li>)}
      </ul>
      {told.dependents_total > 0 && <p>{t("past.dependents", { count: told.dependents_total })}</p>}
    </div>
  );
}

/** The sentence, with the two values in it drawn as they are everywhere. */
function Conflict({ field, name, then, now }: { field: Field | undefined; name: string; then: unknown; now: unknown }) {
  const drawn = (value: unknown) => {
    if (field === undefined || kindOf(field).isEmpty(value)) return t("history.empty");
    const { Display } = kindOf(field);
    return <Display field={field} value={value} />;
  };
  return t("past.conflict", { field: field?.label ?? name, then: THEN, now: NOW })
    .split(/([\uE000\uE001])/u)
    .map((part, place) => <Fragment key={place}>{part === THEN ? drawn(then) : part === NOW ? drawn(now) : part}</Fragment>);
}

const THEN = "\uE000";
const NOW = "\uE001";

function said(error: unknown): string {
  return error instanceof Problem ? error.errors[0]?.message ?? error.detail : String(error);
}
