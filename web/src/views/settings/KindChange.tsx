/** Another kind for a field that holds values already: which it can become, what that touches, and which records stand in
 * the way. Fetched when it is asked for. */
import { useState } from "react";
import type { Field, KindInfo, Obj } from "../../api/types.ts";
import { t } from "../../lib/i18n.ts";
import { Band } from "../../ui/Band.tsx";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { toast } from "../../ui/toast.tsx";
import { Impact, useTrial } from "./Impact.tsx";
import { KindPicker } from "./KindPicker.tsx";
import { kindLabel } from "./kindTexts.ts";
import { useSchemaChange } from "./schema.ts";
import css from "./settings.module.css";

interface Props {
  object: Obj;
  field: Field;
  kinds: KindInfo[];
  onClose: () => void;
}

export default function KindChange({ object, field, kinds, onClose }: Props) {
  const [kind, setKind] = useState<string | null>(null);
  const change = useSchemaChange();
  const path = `/objects/${object.name}/fields/${field.name}`;
  const trial = useTrial("PATCH", kind === null ? null : path, { kind });
  const possible = new Set(kinds.find(({ name }) => name === field.kind)?.becomes ?? []);
  const names = { label: field.label, from: kindLabel(field.kind, kinds), to: kindLabel(kind ?? field.kind, kinds) };
  const save = (): void => {
    change.mutate({ method: "PATCH", path, body: { kind } }, {
      onSuccess: () => {
        toast(t("settings.kind_changed", names));
        onClose();
      },
    });
  };
  return (
    <Dialog opened onClose={onClose} title={t("settings.change_kind_title", names)} size={600}>
      {kind === null ? (
        <KindPicker kinds={kinds.filter(({ name }) => possible.has(name))} onPick={setKind} />
      ) : (
        <div className={css["form"]}>
          {change.error !== null && <Band message={change.error.detail} requestId={change.error.requestId} />}
          <p>{t("settings.change_kind_text", names)}</p>
          <Impact trial={trial} object={object.name} />
          <div className={css["foot"]}>
            <Button look="quiet" className={css["start"]} onClick={() => { setKind(null); change.reset(); }}>{t("settings.other_kind")}</Button>
            <Button look="quiet" onClick={onClose}>{t("settings.cancel")}</Button>
            <Button look="primary" disabled={change.isPending || trial === undefined || trial.faults.length > 0} onClick={save}>
              {t(change.isPending ? "settings.changing_kind" : "settings.change_kind")}
            </Button>
          </div>
        </div>
      )}
    </Dialog>
  );
}
