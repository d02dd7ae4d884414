/** Something that cannot come back just as it was: why, and how it can: under another name, or less strict. */
import { Checkbox, TextInput } from "@mantine/core";
import { useState } from "react";
import type { Problem } from "../../api/client.ts";
import { placeFaults } from "../../lib/faults.ts";
import { t } from "../../lib/i18n.ts";
import { Band } from "../../ui/Band.tsx";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { toast } from "../../ui/toast.tsx";
import type { Entry } from "./Deleted.tsx";
import { Faults } from "./Faults.tsx";
import { useSchemaChange, whenDone } from "./schema.ts";
import css from "./settings.module.css";

const MENDED = ["name", "inverse", "required", "unique"];

export function RestoreDialog({ entry, problem, onClose }: { entry: Entry; problem: Problem; onClose: () => void }) {
  const [name, setName] = useState(entry.field ?? entry.object);
  const [inverse, setInverse] = useState("");
  const [relaxed, setRelaxed] = useState<string[]>([]);
  const change = useSchemaChange();
  const told = change.error ?? problem;
  const { byField, rest } = placeFaults(told.errors, MENDED);
  const first = placeFaults(problem.errors, MENDED).byField;
  const asked = new Set([...Object.keys(byField), ...Object.keys(first), ...relaxed]);
  const save = (): void => {
    const body = { name, ...(inverse === "" ? {} : { inverse }), ...Object.fromEntries(relaxed.map((key) => [key, false])) };
    whenDone(change.mutateAsync({ method: "POST", path: `/schema/trash/${String(entry.id)}/restore`, body }), () => {
      onClose();
      toast(t("settings.restored", { title: entry.label }));
    });
  };
  return (
    <Dialog opened onClose={onClose} title={t("settings.restore_title", { label: entry.label })} size={520}>
      <form className={css["form"]} onSubmit={(event) => { event.preventDefault(); save(); }}>
        {(Object.keys(byField).length === 0 || rest.length > 0) && <Band message={rest.join(" ") || told.detail} requestId={told.status >= 500 ? told.requestId : ""} />}
        <TextInput required data-autofocus label={t("settings.name")} description={t("settings.restore_name_hint")} value={name} error={byField["name"]?.join(" ")} onChange={(event) => { setName(event.currentTarget.value); }} />
        {asked.has("inverse") && (
          <TextInput label={t("settings.restore_inverse")} value={inverse} error={byField["inverse"]?.join(" ")} onChange={(event) => { setInverse(event.currentTarget.value); }} />
        )}
        {["required", "unique"].filter((key) => asked.has(key)).map((key) => (
          <div key={key}>
            <Faults messages={byField[key]} object={entry.object} />
            <Checkbox
              label={t(`settings.restore_not_${key}`)}
              checked={relaxed.includes(key)}
              onChange={(event) => { setRelaxed(event.currentTarget.checked ? [...relaxed, key] : relaxed.filter((one) => one !== key)); }}
            />
          </div>
        ))}
        <div className={css["foot"]}>
          <Button look="quiet" onClick={onClose}>{t("settings.cancel")}</Button>
          <Button look="primary" type="submit" disabled={change.isPending}>{t("settings.restore")}</Button>
        </div>
      </form>
    </Dialog>
  );
}
