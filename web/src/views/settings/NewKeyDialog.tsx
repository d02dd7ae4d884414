/** Makes a key and shows it: this is the only time that anybody sees it. */
import { Select, TextInput } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { request, type Problem } from "../../api/client.ts";
import { t } from "../../lib/i18n.ts";
import { Band } from "../../ui/Band.tsx";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import css from "./settings.module.css";

export function NewKeyDialog({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState("");
  const [role, setRole] = useState("member");
  const make = useMutation<{ id: string; key: string }, Problem>({
    mutationFn: () => request("POST", "/keys", { name: name.trim(), role }),
  });
  return (
    <Dialog opened onClose={onClose} title={t("settings.new_key")} size={480} closeOnClickOutside={make.data === undefined}>
      {make.data !== undefined ? (
        <Shown value={make.data.key} onClose={onClose} />
      ) : (
        <form className={css["form"]} onSubmit={(event) => { event.preventDefault(); make.mutate(); }}>
          {make.error !== null && <Band message={make.error.errors.map((fault) => fault.message).join(" ") || make.error.detail} />}
          <TextInput required data-autofocus label={t("settings.key_name")} placeholder={t("settings.key_example")} value={name} onChange={(event) => { setName(event.currentTarget.value); }} />
          <Select
            label={t("settings.role")}
            allowDeselect={false}
            value={role}
            onChange={(value) => { setRole(value ?? "member"); }}
            data={["member", "administrator"].map((value) => ({ value, label: t(`settings.role_${value}`) }))}
          />
          <div className={css["foot"]}>
            <Button look="quiet" onClick={onClose}>{t("settings.cancel")}</Button>
            <Button look="primary" type="submit" disabled={make.isPending || name.trim() === ""}>{t("settings.create_key")}</Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}

function Shown({ value, onClose }: { value: string; onClose: () => void }) {
  const clipboard = useClipboard({ timeout: 2000 });
  return (
    <div className={css["form"]}>
      <p>{t("settings.key_once")}</p>
      <div className={css["secret"]}>
        <span style={{ flex: 1 }}>{value}</span>
        <Button small icon={clipboard.copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />} onClick={() => { clipboard.copy(value); }}>
          {t(clipboard.copied ? "settings.copied" : "settings.copy")}
        </Button>
      </div>
      <div className={css["foot"]}>
        <Button look="primary" onClick={onClose}>{t("settings.done")}</Button>
      </div>
    </div>
  );
}
