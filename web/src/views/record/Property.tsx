/** One field of a record: shown, and edited where it stands. Enter or leaving saves, Esc gives up. */
import { IconAlertCircle, IconPencil } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useRef, useState, type FocusEvent } from "react";
import { Problem } from "../../api/client.ts";
import { useUpdate } from "../../api/queries.ts";
import type { Field, Obj, RecordValues } from "../../api/types.ts";
import { referenceOf } from "../../kinds/relatedTitle.ts";
import { kindOf } from "../../kinds/registry.ts";
import { t } from "../../lib/i18n.ts";
import { usePast } from "../../lib/past.ts";
import { Why } from "./Why.tsx";
import css from "./record.module.css";

interface Props {
  object: Obj;
  field: Field;
  record: RecordValues;
}

export function Property({ object, field, record }: Props) {
  const [editing, setEditing] = useState(false);
  const [faults, setFaults] = useState<string[]>([]);
  const editable = object.permissions.update && !field.readonly;
  const close = (): void => { setEditing(false); setFaults([]); };
  return (
    <div className={css["property"]}>
      <dt title={field.help ?? undefined}>{field.label}</dt>
      <dd>
        {editing ? (
          <Editing object={object} field={field} record={record} faults={faults} setFaults={setFaults} onClose={close} />
        ) : (
          <Shown object={object} field={field} record={record} editable={editable} onEdit={() => { setEditing(true); }} />
        )}
      </dd>
    </div>
  );
}

interface ShownProps extends Props {
  editable: boolean;
  onEdit: () => void;
}

function Shown({ object, field, record, editable, onEdit }: ShownProps) {
  const { Display, isEmpty } = kindOf(field);
  const past = usePast();
  const value = record[field.name];
  const reference = ["relation", "user"].includes(field.kind) ? referenceOf(field, value) : null;
  const shown = <Display field={field} value={value} record={record} />;
  return (
    <div
      className={css["value"]}
      data-editable={editable}
      onClick={(event) => {
        if (editable && !(event.target as Element).closest("a, button")) onEdit();
      }}
    >
      <span className={css["shown"]}>
        {isEmpty(value) ? (
          <span className={css["unset"]}>{editable ? t("record.add_value") : "–"}</span>
        ) : reference === null ? (
          shown
        ) : (
          <Link to="/o/$object/$id" params={{ object: reference.object, id: reference.id }}>{shown}</Link>
        )}
      </span>
      {past === null && <Why object={object} field={field} id={record.id} />}
      {editable && (
        <button type="button" className={css["pen"]} aria-label={t("record.edit_field", { label: field.label })} onClick={onEdit}>
          <IconPencil size={14} aria-hidden />
        </button>
      )}
    </div>
  );
}

interface EditingProps extends Props {
  faults: string[];
  setFaults: (faults: string[]) => void;
  onClose: () => void;
}

function Editing({ object, field, record, faults, setFaults, onClose }: EditingProps) {
  // The record goes on living below what is typed: another's change of this field must not be overwritten unseen.
  const [{ start, version }] = useState({ start: record[field.name], version: record.version });
  const overtaken = JSON.stringify(record[field.name]) !== JSON.stringify(start);
  const [value, setValue] = useState(start);
  const draft = useRef(start);
  const closed = useRef(false);
  const update = useUpdate(object.name);
  const { Editor } = kindOf(field);

  const leave = (): void => { closed.current = true; onClose(); };
  const commit = (): void => {
    if (closed.current || update.isPending) return;
    if (JSON.stringify(draft.current) === JSON.stringify(start)) { leave(); return; }
    update.mutate(
      { id: record.id, values: { [field.name]: draft.current }, version: overtaken && faults.length === 0 ? version : record.version },
      { onSuccess: leave, onError: (error) => { setFaults(said(error)); } },
    );
  };
  /** Leaving saves; the menus of editors are drawn elsewhere in the page and still belong to them. */
  const onBlur = (event: FocusEvent<HTMLDivElement>): void => {
    const next = event.relatedTarget;
    if (next instanceof Element && (event.currentTarget.contains(next) || next.closest("[data-portal]") !== null)) return;
    commit();
  };
  return (
    <div onBlur={onBlur} aria-busy={update.isPending}>
      <Editor
        field={field}
        value={value}
        autoFocus
        invalid={faults.length > 0}
        onChange={(next) => { draft.current = next; setValue(next); }}
        onCommit={commit}
        onCancel={leave}
      />
      {overtaken && (
        <p className={css["fault"]} role="status">
          <IconAlertCircle size={14} aria-hidden />{t("record.overtaken", { value: kindOf(field).format(record[field.name], field) || t("history.empty") })}
        </p>
      )}
      {faults.map((message) => (
        <p key={message} className={css["fault"]} role="alert"><IconAlertCircle size={14} aria-hidden />{message}</p>
      ))}
    </div>
  );
}

/** What the server refused, in its words; somebody else's change is not overwritten unseen. */
function said(error: Error): string[] {
  if (!(error instanceof Problem)) return [error.message];
  if (error.status === 412) return [t("record.stale")];
  return error.errors.length > 0 ? error.errors.map(({ message }) => message) : [error.detail];
}
