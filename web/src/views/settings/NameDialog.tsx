/** Another name in formulas and the API for a field or an object: what says it, what becomes of the old one, and the names
 * from before, which can be freed. Fetched when it is asked for. */
import { TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { request, type Problem } from "../../api/client.ts";
import type { Former } from "../../api/types.ts";
import { formatDate } from "../../lib/format.ts";
import { t } from "../../lib/i18n.ts";
import { Band } from "../../ui/Band.tsx";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { toast } from "../../ui/toast.tsx";
import { Impact, useTrial } from "./Impact.tsx";
import { useSchemaChange } from "./schema.ts";
import css from "./settings.module.css";

interface Props {
  /** The object that it is, or whose field it is. */
  object: string;
  path: string;
  label: string;
  name: string;
  former: Former[];
  onClose: () => void;
  onRenamed?: (name: string) => void;
}

export default function NameDialog({ object, path, label, name, former, onClose, onRenamed }: Props) {
  const [wanted, setWanted] = useState(name);
  const [settled] = useDebouncedValue(wanted.trim(), 400);
  const queries = useQueryClient();
  const change = useMutation<unknown, Problem, string>({
    mutationFn: (given) => request("PATCH", path, { name: given }),
    // What shows it by its old name goes before that is asked for again.
    onSuccess: async (_, given) => {
      toast(t("settings.name_changed", { label, name: given }));
      onClose();
      onRenamed?.(given);
      await queries.invalidateQueries();
    },
  });
  const other = settled !== "" && settled !== name;
  const trial = useTrial("PATCH", other ? path : null, { name: settled });
  const ready = other && settled === wanted.trim() && trial?.faults.length === 0;
  return (
    <Dialog opened onClose={onClose} title={t("settings.name_title", { label })} size={520}>
      <form className={css["form"]} onSubmit={(event) => { event.preventDefault(); if (ready && !change.isPending) change.mutate(settled); }}>
        {change.error !== null && <Band message={change.error.errors[0]?.message ?? change.error.detail} requestId={change.error.requestId} />}
        <TextInput
          required
          data-autofocus
          label={t("settings.name")}
          value={wanted}
          styles={{ input: { fontFamily: "var(--mono)" } }}
          onChange={(event) => { setWanted(event.currentTarget.value); change.reset(); }}
        />
        <p>{t("settings.name_text", { name })}</p>
        {other && <Impact trial={trial} object={object} />}
        <FormerNames path={path} former={former} />
        <div className={css["foot"]}>
          <Button look="quiet" onClick={onClose}>{t("settings.cancel")}</Button>
          <Button look="primary" type="submit" disabled={!ready || change.isPending}>{t("settings.name_change")}</Button>
        </div>
      </form>
    </Dialog>
  );
}

/** Each with the day until which it is understood, and the way to be rid of it. */
function FormerNames({ path, former }: { path: string; former: Former[] }) {
  const free = useSchemaChange();
  const [freed, setFreed] = useState<string[]>([]);
  const left = former.filter((one) => !freed.includes(one.name));
  if (left.length === 0) return null;
  return (
    <div style={{ display: "grid", gap: 6 }}>
      <h3 className={css["soft"]} style={{ fontSize: "inherit", margin: 0 }}>{t("settings.former_names")}</h3>
      <ul style={{ listStyle: "none", margin: 0, padding: 0, display: "grid", gap: 4 }}>
        {left.map((one) => (
          <li key={one.name} style={{ display: "flex", alignItems: "center", gap: 8, flexWrap: "wrap" }}>
            <code style={{ overflowWrap: "anywhere" }}>{one.name}</code>
            <span className={css["soft"]} style={{ flex: 1 }}>{t("settings.former_until", { date: formatDate(one.until.slice(0, 10), true) })}</span>
            <Button
              small
              disabled={free.isPending}
              aria-label={t("settings.former_free_of", { name: one.name })}
              onClick={() => {
                free.mutate({ method: "DELETE", path: `${path}/former/${one.name}` }, { onSuccess: () => { setFreed([...freed, one.name]); } });
              }}
            >
              {t("settings.former_free")}
            </Button>
          </li>
        ))}
      </ul>
      {free.error !== null && <p className={css["bad"]} role="alert">{free.error.detail}</p>}
    </div>
  );
}
