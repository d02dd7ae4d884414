/** Asks once before a change is saved that touches more than what is on screen, and says what. Fetched when it is needed. */
import type { ReactNode } from "react";
import { t } from "../../lib/i18n.ts";
import { Band } from "../../ui/Band.tsx";
import { Button } from "../../ui/Button.tsx";
import type { Problem } from "../../api/client.ts";
import { Impact, type Offender, Offenders, type Trial } from "./Impact.tsx";
import css from "./settings.module.css";

interface Props {
  object: string;
  problem: Problem | null;
  busy: boolean;
  onBack: () => void;
  onSave: () => void;
}

/** What the change of a field touches elsewhere. */
export function AskField({ trial, ...rest }: Props & { trial: Trial }) {
  return (
    <Ask {...rest} text={t("settings.ask_field")}>
      <Impact trial={trial} object={rest.object} held="settings.impact_touched" />
    </Ask>
  );
}

/** How many records break a rule already, and the first of them. */
export function AskRule({ breaking, offenders, ...rest }: Props & { breaking: number | null; offenders: Offender[] }) {
  return (
    <Ask {...rest} text={breaking === null ? t("settings.impact_uncounted") : t("settings.rule_broken", { count: breaking })}>
      <Offenders object={rest.object} offenders={offenders} />
      {breaking !== null && breaking > offenders.length && <p className={css["soft"]}>{t("settings.and_more")}</p>}
    </Ask>
  );
}

function Ask({ text, problem, busy, onBack, onSave, children }: Omit<Props, "object"> & { text: string; children: ReactNode }) {
  return (
    <div className={css["form"]} role="group" aria-label={t("settings.ask_title")}>
      {problem !== null && <Band message={problem.errors[0]?.message ?? problem.detail} requestId={problem.requestId} />}
      <p>{text}</p>
      {children}
      <div className={css["foot"]}>
        <Button look="quiet" onClick={onBack}>{t("settings.ask_back")}</Button>
        <Button look="primary" autoFocus disabled={busy} onClick={onSave}>{t("settings.ask_save")}</Button>
      </div>
    </div>
  );
}
