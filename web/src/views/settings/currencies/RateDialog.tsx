/** A currency with its first rate, or a new rate of one: from which day on, and what one unit is worth. */
import { Select, TextInput } from "@mantine/core";
import { useState } from "react";
import { locale, t } from "../../../lib/i18n.ts";
import { decimalSign } from "../../../lib/readNumber.ts";
import { today } from "../../../lib/zone.ts";
import { Band } from "../../../ui/Band.tsx";
import { Button } from "../../../ui/Button.tsx";
import { Dialog } from "../../../ui/Dialog.tsx";
import { toast } from "../../../ui/toast.tsx";
import { useSchemaChange } from "../schema.ts";
import css from "../settings.module.css";
import { choices, formatInverse, formatRate } from "./currencies.ts";
import { byPart } from "./rateFaults.ts";
import { readRate } from "./readRate.ts";

interface Props {
  own: string;
  /** Null where the currency is still to be chosen. */
  code: string | null;
  onClose: () => void;
}

export function RateDialog({ own, code, onClose }: Props) {
  const [chosen, setChosen] = useState(code ?? "");
  const [date, setDate] = useState(today());
  const [typed, setTyped] = useState("");
  const change = useSchemaChange();
  const rate = readRate(typed, decimalSign(locale()));
  const faults = byPart(change.error?.errors ?? []);
  const rest = change.error === null ? "" : change.error.errors.length === 0 ? change.error.detail : (faults[""] ?? "");
  const save = (): void => {
    const body = { rates: [{ currency: chosen, date, rate }] };
    change.mutate({ method: "PUT", path: "/currencies", body }, {
      onSuccess: () => {
        onClose();
        toast(t("currencies.saved", { code: chosen }));
      },
    });
  };
  return (
    <Dialog opened onClose={onClose} title={code === null ? t("currencies.add_title") : t("currencies.new_rate_of", { code })} size={440}>
      <form className={css["form"]} onSubmit={(event) => { event.preventDefault(); save(); }}>
        {rest !== "" && <Band message={rest} requestId={change.error !== null && change.error.status >= 500 ? change.error.requestId : ""} />}
        {code === null && (
          <Select required searchable data-autofocus label={t("currencies.currency")} placeholder={t("currencies.pick")} nothingFoundMessage={t("common.nothing_found")}
            data={choices(own)} value={chosen || null} error={faults["currency"]} onChange={(value) => { setChosen(value ?? ""); }} />
        )}
        <TextInput required type="date" label={t("currencies.date")} description={t("currencies.date_hint")} value={date} error={faults["date"]}
          onChange={(event) => { setDate(event.currentTarget.value); }} />
        <TextInput required inputMode="decimal" autoComplete="off" data-autofocus={code !== null || undefined}
          label={chosen === "" ? t("currencies.rate") : t("currencies.worth", { code: chosen, own })} value={typed} error={faults["rate"]}
          onChange={(event) => { setTyped(event.currentTarget.value); }} />
        <p className={css["hint"]} role="status">{chosen !== "" && Number(rate) > 0 && (
          <>{t("currencies.equals", { code: chosen, own, rate: formatRate(rate) })} · {t("currencies.inverse", { code: chosen, own, rate: formatInverse(rate) })}</>
        )}</p>
        <div className={css["foot"]}>
          <Button look="quiet" onClick={onClose}>{t("settings.cancel")}</Button>
          <Button look="primary" type="submit" disabled={change.isPending || chosen === "" || typed.trim() === ""}>{t(code === null ? "currencies.add" : "currencies.save")}</Button>
        </div>
      </form>
    </Dialog>
  );
}
