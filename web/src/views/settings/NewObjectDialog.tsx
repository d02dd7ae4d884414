/** A new object of the workspace's own: a label gives plural and name, which can be changed before saving. */
import { TextInput } from "@mantine/core";
import { useState } from "react";
import { t } from "../../lib/i18n.ts";
import { Band } from "../../ui/Band.tsx";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Glyph } from "../../ui/Avatar.tsx";
import { placeFaults } from "../../lib/faults.ts";
import { Look } from "./Look.tsx";
import { nameFromLabel, pluralOf } from "./name.ts";
import { useSchemaChange } from "./schema.ts";
import css from "./settings.module.css";

interface Props {
  opened: boolean;
  onClose: () => void;
  onCreated: (name: string) => void;
}

export function NewObjectDialog(props: Props) {
  return (
    <Dialog opened={props.opened} onClose={props.onClose} title={t("settings.new_object")} size={520}>
      <Form {...props} />
    </Dialog>
  );
}

function Form({ onClose, onCreated }: Props) {
  const [label, setLabel] = useState("");
  const [plural, setPlural] = useState<string | null>(null);
  const [name, setName] = useState<string | null>(null);
  const [icon, setIcon] = useState("box");
  const [colour, setColour] = useState("indigo");
  const change = useSchemaChange();
  const shown = { label, plural: plural ?? pluralOf(label), name: name ?? nameFromLabel(label) };
  const { byField, rest } = placeFaults(change.error?.errors ?? [], ["label", "plural", "name"]);
  const save = (): void => {
    const first = { kind: "text", name: "name", label: t("settings.first_field"), required: true };
    const body = { ...shown, icon, colour, fields: [first] };
    change.mutate({ method: "POST", path: "/objects", body }, {
      onSuccess: () => {
        onClose();
        onCreated(shown.name);
      },
    });
  };
  return (
    <form
      className={css["form"]}
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      {change.error !== null && (rest.length > 0 || change.error.errors.length === 0) && (
        <Band message={rest.join(" ") || change.error.detail} requestId={change.error.requestId} />
      )}
      <TextInput
        data-autofocus
        required
        label={t("settings.label")}
        placeholder={t("settings.object_example")}
        value={label}
        error={byField["label"]?.join(" ")}
        leftSection={<Glyph icon={icon} colour={colour} />}
        onChange={(event) => { setLabel(event.currentTarget.value); }}
      />
      <div className={css["pair"]}>
        <TextInput
          required
          label={t("settings.plural")}
          value={shown.plural}
          error={byField["plural"]?.join(" ")}
          onChange={(event) => { setPlural(event.currentTarget.value); }}
        />
        <TextInput
          required
          label={t("settings.name")}
          value={shown.name}
          error={byField["name"]?.join(" ")}
          styles={{ input: { fontFamily: "var(--mono)" } }}
          onChange={(event) => { setName(event.currentTarget.value); }}
        />
      </div>
      <p className={css["hint"]}>{t("settings.name_hint")}</p>
      <Look icon={icon} colour={colour} onIcon={setIcon} onColour={setColour} />
      <div className={css["foot"]}>
        <Button look="quiet" onClick={onClose}>{t("settings.cancel")}</Button>
        <Button look="primary" type="submit" disabled={change.isPending || shown.name === ""}>
          {t("settings.create_object")}
        </Button>
      </div>
    </form>
  );
}
