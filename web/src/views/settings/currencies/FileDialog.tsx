/** Rates from a CSV file, dropped, chosen or pasted; every fault is listed with its line. */
import { Textarea } from "@mantine/core";
import { IconFileImport } from "@tabler/icons-react";
import { useRef, useState } from "react";
import { t } from "../../../lib/i18n.ts";
import { Band } from "../../../ui/Band.tsx";
import { Button } from "../../../ui/Button.tsx";
import { Dialog } from "../../../ui/Dialog.tsx";
import { toast } from "../../../ui/toast.tsx";
import { useSchemaChange } from "../schema.ts";
import css from "../settings.module.css";
import own from "./currencies.module.css";
import { byLine, type LineFault } from "./rateFaults.ts";

const SHOWN = 100;
const EXAMPLE = "date,currency,rate\n2026-01-01,USD,0.86\n2026-01-01,CHF,1.07";

export function FileDialog({ onClose }: { onClose: () => void }) {
  const [csv, setCsv] = useState("");
  const [sent, setSent] = useState("");
  const [unread, setUnread] = useState(false);
  const change = useSchemaChange();
  const put = (text: string): void => { setCsv(text); setUnread(false); change.reset(); };
  const take = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    try {
      put(new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer()));
    } catch {
      setUnread(true);
    }
  };
  const send = (): void => {
    setSent(csv);
    change.mutate({ method: "PUT", path: "/currencies", body: new Blob([csv], { type: "text/csv" }) }, {
      onSuccess: (answer) => {
        const { rates, changed } = answer as { rates: number; changed: number };
        onClose();
        toast(t("currencies.taken", { count: rates, changed }));
      },
    });
  };
  const faults = byLine(change.error?.errors ?? [], sent);
  return (
    <Dialog opened onClose={onClose} title={t("currencies.import_title")} size={560}>
      <form className={css["form"]} onSubmit={(event) => { event.preventDefault(); send(); }}>
        <p className={css["intro"]}>{t("currencies.import_text")}</p>
        <Drop onFile={(file) => { void take(file); }} />
        {unread && <Band message={t("currencies.not_text")} />}
        <Textarea label={t("currencies.or_paste")} placeholder={EXAMPLE} rows={7} spellCheck={false} value={csv}
          styles={{ input: { fontFamily: "var(--mono)" } }} onChange={(event) => { put(event.currentTarget.value); }} />
        {change.error !== null && (faults.length === 0 ? <Band message={change.error.detail} /> : <Faults faults={faults} />)}
        <div className={css["foot"]}>
          <Button look="quiet" onClick={onClose}>{t("settings.cancel")}</Button>
          <Button look="primary" type="submit" disabled={change.isPending || csv.trim() === ""}>{t("currencies.take_in")}</Button>
        </div>
      </form>
    </Dialog>
  );
}

function Drop({ onFile }: { onFile: (file: File | undefined) => void }) {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  return (
    <div className={own["drop"]} data-over={over}
      onDragOver={(event) => { event.preventDefault(); setOver(true); }}
      onDragLeave={() => { setOver(false); }}
      onDrop={(event) => { event.preventDefault(); setOver(false); onFile(event.dataTransfer.files[0]); }}>
      <span>{t("currencies.drop")}</span>
      <Button small icon={<IconFileImport size={14} aria-hidden />} onClick={() => { input.current?.click(); }}>{t("currencies.choose")}</Button>
      <input ref={input} type="file" accept=".csv,text/csv,text/plain" hidden aria-label={t("currencies.choose")}
        onChange={(event) => { onFile(event.currentTarget.files?.[0]); event.currentTarget.value = ""; }} />
    </div>
  );
}

function Faults({ faults }: { faults: LineFault[] }) {
  return (
    <section role="alert" className={own["faults"]}>
      <b>{t("currencies.faults", { count: faults.length })}</b>
      <ul tabIndex={0} aria-label={t("currencies.faults", { count: faults.length })}>
        {faults.slice(0, SHOWN).map(({ line, message }, at) => (
          <li key={at}><span className={css["soft"]}>{line === null ? t("currencies.whole_file") : t("currencies.line", { line })}</span><span>{message}</span></li>
        ))}
        {faults.length > SHOWN && <li className={css["soft"]}>{t("currencies.more_faults", { count: faults.length - SHOWN })}</li>}
      </ul>
    </section>
  );
}
