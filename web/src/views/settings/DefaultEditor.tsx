/** What new records hold unless somebody says otherwise, in the editor of the field's own kind. */
import { useId } from "react";
import { kindOf } from "../../kinds/registry.ts";
import { t } from "../../lib/i18n.ts";
import { fieldOf, type FieldDraft } from "./fieldDraft.ts";
import css from "./settings.module.css";

const WITHOUT = ["relation", "reference", "about", "many", "user", "address", "person_name", "emails", "phones", "links"];

export function DefaultEditor({ draft, onChange }: { draft: FieldDraft; onChange: (value: unknown) => void }) {
  const id = useId();
  if (WITHOUT.includes(draft.kind)) return null;
  const field = fieldOf(draft);
  const { Editor } = kindOf(field);
  return (
    <div>
      <label htmlFor={id} className={css["label"]} style={{ display: "block" }}>{t("settings.default")}</label>
      <Editor id={id} field={field} value={draft.default} onChange={onChange} onCommit={nothing} onCancel={nothing} />
    </div>
  );
}

function nothing(): void {
  /* The value is sent with the whole form. */
}
