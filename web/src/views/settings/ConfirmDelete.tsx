/** Asks before something is deleted that cannot come back, and says what stands in the way. */
import { t } from "../../lib/i18n.ts";
import { Band } from "../../ui/Band.tsx";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { useSchemaChange } from "./schema.ts";
import css from "./settings.module.css";

interface Props {
  title: string;
  text: string;
  confirm: string;
  path: string;
  onClose: () => void;
  onDone: () => void;
}

export function ConfirmDelete({ title, text, confirm, path, onClose, onDone }: Props) {
  const change = useSchemaChange();
  const run = (): void => {
    change.mutate({ method: "DELETE", path }, {
      onSuccess: () => {
        onClose();
        onDone();
      },
    });
  };
  return (
    <Dialog opened onClose={onClose} title={title} size={440}>
      <div className={css["form"]}>
        {change.error !== null && <Band message={change.error.detail} requestId={change.error.status >= 500 ? change.error.requestId : ""} />}
        <p>{text}</p>
        <div className={css["foot"]}>
          <Button data-autofocus onClick={onClose}>{t("settings.cancel")}</Button>
          <Button look="danger-filled" disabled={change.isPending} onClick={run}>{confirm}</Button>
        </div>
      </div>
    </Dialog>
  );
}
