/** Several options of a choice become one: which, what that touches, and done. Fetched when it is asked for. */
import { MultiSelect, Select } from "@mantine/core";
import { useState } from "react";
import type { Field, Obj } from "../../api/types.ts";
import { t } from "../../lib/i18n.ts";
import { Band } from "../../ui/Band.tsx";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { toast } from "../../ui/toast.tsx";
import { Impact, useTrial } from "./Impact.tsx";
import { useSchemaChange } from "./schema.ts";
import css from "./settings.module.css";

interface Props {
  object: Obj;
  field: Field;
  onClose: () => void;
}

export default function MergeOptions({ object, field, onClose }: Props) {
  const options = field.options ?? [];
  const [from, setFrom] = useState<string[]>([]);
  const [into, setInto] = useState<string | null>(null);
  const change = useSchemaChange();
  const path = `/objects/${object.name}/fields/${field.name}`;
  const body = { merge: Object.fromEntries(from.map((key) => [key, into])) };
  const ready = from.length > 0 && into !== null;
  const trial = useTrial("PATCH", ready ? path : null, body);
  const target = options.find(({ key }) => key === into)?.label ?? "";
  const save = (): void => {
    change.mutate({ method: "PATCH", path, body }, {
      onSuccess: () => {
        toast(t("settings.merged", { count: from.length, into: target }));
        onClose();
      },
    });
  };
  return (
    <Dialog opened onClose={onClose} title={t("settings.merge_title", { label: field.label })} size={480}>
      <div className={css["form"]}>
        {change.error !== null && <Band message={change.error.detail} requestId={change.error.requestId} />}
        <p>{t("settings.merge_text")}</p>
        <MultiSelect label={t("settings.merge_from")} value={from} onChange={setFrom} searchable hidePickedOptions
          data={options.filter(({ key }) => key !== into).map(({ key, label }) => ({ value: key, label }))} />
        <Select label={t("settings.merge_into")} value={into} onChange={setInto} searchable
          data={options.filter(({ key }) => !from.includes(key)).map(({ key, label }) => ({ value: key, label }))} />
        {ready && <Impact trial={trial} object={object.name} held="settings.impact_merged" />}
        <div className={css["foot"]}>
          <Button look="quiet" onClick={onClose}>{t("settings.cancel")}</Button>
          <Button look="primary" disabled={!ready || change.isPending || trial === undefined || trial.faults.length > 0} onClick={save}>
            {t(change.isPending ? "settings.merging" : "settings.merge")}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
