/** Other labels, icon and colour for an object; its name in formulas and the API is changed apart. */
import { TextInput } from "@mantine/core";
import { useState } from "react";
import type { Obj } from "../../api/types.ts";
import { placeFaults } from "../../lib/faults.ts";
import { t } from "../../lib/i18n.ts";
import { Band } from "../../ui/Band.tsx";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Look } from "./Look.tsx";
import { useSchemaChange } from "./schema.ts";
import css from "./settings.module.css";

export function RelabelDialog({ object, onClose, onName }: { object: Obj; onClose: () => void; onName: () => void }) {
  const [label, setLabel] = useState(object.label);
  const [plural, setPlural] = useState(object.plural);
  const [icon, setIcon] = useState(object.icon ?? "box");
  const [colour, setColour] = useState(object.colour ?? "grey");
  const change = useSchemaChange();
  const { byField, rest } = placeFaults(change.error?.errors ?? [], ["label", "plural"]);
  const save = (): void => {
    change.mutate({ method: "PATCH", path: `/objects/${object.name}`, body: { label, plural, icon, colour } }, { onSuccess: onClose });
  };
  return (
    <Dialog opened onClose={onClose} title={t("settings.rename_title", { label: object.label })} size={520}>
      <form className={css["form"]} onSubmit={(event) => { event.preventDefault(); save(); }}>
        {change.error !== null && Object.keys(byField).length === 0 && (
          <Band message={rest.join(" ") || change.error.detail} requestId={change.error.requestId} />
        )}
        <div className={css["pair"]}>
          <TextInput required data-autofocus label={t("settings.label")} value={label} error={byField["label"]?.join(" ")} onChange={(event) => { setLabel(event.currentTarget.value); }} />
          <TextInput required label={t("settings.plural")} value={plural} error={byField["plural"]?.join(" ")} onChange={(event) => { setPlural(event.currentTarget.value); }} />
        </div>
        <Look icon={icon} colour={colour} onIcon={setIcon} onColour={setColour} />
        <div className={css["foot"]}>
          {object.custom && <Button look="quiet" className={css["start"]} onClick={onName}>{t("settings.name_change_dots")}</Button>}
          <Button look="quiet" onClick={onClose}>{t("settings.cancel")}</Button>
          <Button look="primary" type="submit" disabled={change.isPending}>{t("settings.save")}</Button>
        </div>
      </form>
    </Dialog>
  );
}
