/** One field of a form: label, editor of its kind, hint, faults. */
import { IconAlertCircle, IconLock } from "@tabler/icons-react";
import { useId } from "react";
import type { Field } from "../../api/types.ts";
import { kindOf } from "../../kinds/registry.ts";
import { classes } from "../../lib/classes.ts";
import { t } from "../../lib/i18n.ts";
import css from "./form.module.css";

interface Props {
  field: Field;
  wide: boolean;
  required: boolean;
  /** Shown, but not to be changed as the record is. */
  locked: boolean;
  value: unknown;
  faults: string[];
  autoFocus: boolean;
  onChange: (value: unknown) => void;
  onCancel: () => void;
}

export function FieldRow({ field, wide, required, locked, value, faults, autoFocus, onChange, onCancel }: Props) {
  const id = useId();
  const { Display, Editor } = kindOf(field);
  const Label = locked ? "span" : "label";
  return (
    <div className={classes(css["field"], wide && css["wide"])} data-first={autoFocus || undefined}>
      <Label {...(locked ? {} : { htmlFor: id })} className={css["label"]}>
        {field.label}
        {required && <span className={css["star"]} title={t("form.required")} aria-hidden>*</span>}
        {required && <span className="visually-hidden"> ({t("form.required")})</span>}
      </Label>
      {locked ? (
        <div className={css["locked"]}>
          <IconLock size={14} aria-label={t("form.locked")} />
          <Display field={field} value={value} />
        </div>
      ) : (
        <Editor
          id={id}
          field={field}
          value={value}
          autoFocus={autoFocus}
          invalid={faults.length > 0}
          onChange={onChange}
          onCommit={stay}
          onCancel={onCancel}
        />
      )}
      {faults.map((message) => (
        <p key={message} className={css["fault"]} role="alert">
          <IconAlertCircle size={14} aria-hidden />
          {message}
        </p>
      ))}
      {faults.length === 0 && field.help !== null && field.help !== "" && <p className={css["hint"]}>{field.help}</p>}
    </div>
  );
}

function stay(): void {
  /* The value is saved with the whole form. */
}
