/** Asks before something is deleted, and says what stands in the way. */
import { t } from "../../lib/i18n.ts";
import { Band } from "../../ui/Band.tsx";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Impact, useTrial } from "./Impact.tsx";
import { useSchemaChange, whenDone } from "./schema.ts";
import css from "./settings.module.css";

interface Props {
  title: string;
  text: string;
  confirm: string;
  path: string;
  /** The object whose records would be touched, where the server tells what a deletion touches. */
  touches?: string;
  onClose: () => void;
  onDone: () => void;
}

export function ConfirmDelete({ title, text, confirm, path, touches, onClose, onDone }: Props) {
  const change = useSchemaChange();
  const trial = useTrial("DELETE", touches === undefined ? null : path);
  const refused = trial !== undefined && trial.faults.length > 0;
  const run = (): void => {
    const done = (): void => {
      onClose();
      onDone();
    };
    whenDone(change.mutateAsync({ method: "DELETE", path }), done);
  };
  return (
    <Dialog opened onClose={onClose} title={title} size={440}>
      <div className={css["form"]}>
        {change.error !== null && <Band message={change.error.detail} requestId={change.error.status >= 500 ? change.error.requestId : ""} />}
        <p>{text}</p>
        {touches !== undefined && <Impact trial={trial} object={touches} />}
        <div className={css["foot"]}>
          <Button data-autofocus onClick={onClose}>{t("settings.cancel")}</Button>
          <Button look="danger-filled" disabled={change.isPending || refused} onClick={run}>{confirm}</Button>
        </div>
      </div>
    </Dialog>
  );
}
