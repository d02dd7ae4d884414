/** A band across a page that shows the past: which moment, and the way back. */
import { IconHistory } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { formatPast } from "../lib/past.ts";
import style from "./band.module.css";
import { Button } from "./Button.tsx";

export function PastBand({ moment, text, children, onBack }: { moment: string; text?: string; children?: ReactNode; onBack: () => void }) {
  const { t } = useTranslation();
  return (
    <div role="status" className={style["band"]} data-tone="past">
      <IconHistory size={16} stroke={1.75} aria-hidden />
      <span>{text ?? t("past.shown", { moment: formatPast(moment) })}</span>
      {children}
      <Button small onClick={onBack}>{t("past.back")}</Button>
    </div>
  );
}
