/** A rule made, changed or deleted: for which records it holds, what they are told and where. */
import { Select, Textarea, TextInput } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { request } from "../../api/client.ts";
import type { Obj, Rule } from "../../api/types.ts";
import { placeFaults } from "../../lib/faults.ts";
import { t } from "../../lib/i18n.ts";
import { Band } from "../../ui/Band.tsx";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Faults } from "./Faults.tsx";
import { FormulaEditor } from "./FormulaEditor.tsx";
import type { Offender } from "./Impact.tsx";
import { useSchemaChange } from "./schema.ts";
import css from "./settings.module.css";
import { checkRule } from "./Verdict.tsx";

const PLACES = ["label", "refuse_if", "message", "field", "name"];

const AskRule = lazy(() => import("./AskBefore.tsx").then(({ AskRule }) => ({ default: AskRule })));

/** How many records break it as they are; null where counting takes too long. */
interface Broken {
  breaking: number | null;
  offenders: Offender[];
}

interface Props {
  object: Obj;
  /** Null to make a new one. */
  rule: Rule | null;
  onClose: () => void;
  onDelete: (rule: Rule) => void;
}

export function RuleDialog({ object, rule, onClose, onDelete }: Props) {
  const [label, setLabel] = useState(rule?.label ?? "");
  const [refuse, setRefuse] = useState(rule?.refuse_if ?? "");
  const [message, setMessage] = useState(rule?.message ?? "");
  const [field, setField] = useState(rule?.field ?? null);
  const [asked, setAsked] = useState<Broken | null>(null);
  const change = useSchemaChange();
  const { byField, rest } = placeFaults(change.error?.errors ?? [], PLACES);
  const save = (): void => {
    const path = `/objects/${object.name}/rules`;
    const body = { label: label.trim(), refuse_if: refuse.trim(), message: message.trim(), field };
    const sent = rule === null ? { method: "POST" as const, path, body } : { method: "PATCH" as const, path: `${path}/${rule.name}`, body };
    const put = (): void => { change.mutate(sent, { onSuccess: onClose }); };
    if (asked !== null || refuse.trim() === rule?.refuse_if) put();
    else request<Broken>(sent.method, `${sent.path}?check=true`, body).then((found) => {
      if (found.breaking === 0) put();
      else setAsked(found);
    }, put);
  };
  const own = object.fields.filter(({ readonly, formula }) => !readonly || formula !== null);
  if (asked !== null) {
    return (
      <Dialog opened onClose={onClose} title={rule?.label ?? t("settings.new_rule")} size={600}>
        <Suspense>
          <AskRule {...asked} object={object.name} problem={change.error} busy={change.isPending} onSave={save}
            onBack={() => { setAsked(null); change.reset(); }} />
        </Suspense>
      </Dialog>
    );
  }
  return (
    <Dialog opened onClose={onClose} title={rule?.label ?? t("settings.new_rule")} size={600}>
      <form className={css["form"]} onSubmit={(event) => { event.preventDefault(); save(); }}>
        {change.error !== null && (rest.length > 0 || change.error.errors.length === 0) && (
          <Band message={rest.join(" ") || change.error.detail} requestId={change.error.requestId} />
        )}
        <TextInput
          required
          data-autofocus
          label={t("settings.label")}
          placeholder={t("settings.rule_example")}
          value={label}
          error={[...(byField["label"] ?? []), ...(byField["name"] ?? [])].join(" ") || undefined}
          onChange={(event) => { setLabel(event.currentTarget.value); }}
        />
        <div>
          <FormulaEditor
            object={object}
            label={t("settings.refuse_if")}
            hint={t("settings.refuse_if_hint")}
            check={checkRule}
            value={refuse}
            onChange={setRefuse}
          />
          <Faults messages={byField["refuse_if"]} object={object.name} />
        </div>
        <Textarea
          required
          autosize
          label={t("settings.message")}
          description={t("settings.message_hint")}
          value={message}
          error={byField["message"]?.join(" ")}
          onChange={(event) => { setMessage(event.currentTarget.value); }}
        />
        <Select
          clearable
          searchable
          label={t("settings.told_at")}
          placeholder={t("settings.rule_whole")}
          data={own.map((one) => ({ value: one.name, label: one.label }))}
          value={field}
          error={byField["field"]?.join(" ")}
          onChange={setField}
        />
        <div className={css["foot"]}>
          {rule !== null && (
            <Button look="danger" className={css["start"]} icon={<IconTrash size={16} aria-hidden />} onClick={() => { onDelete(rule); }}>
              {t("settings.delete_rule")}
            </Button>
          )}
          <Button look="quiet" onClick={onClose}>{t("settings.cancel")}</Button>
          <Button look="primary" type="submit" disabled={change.isPending || label.trim() === "" || refuse.trim() === "" || message.trim() === ""}>
            {t(rule === null ? "settings.create_rule" : "settings.save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
