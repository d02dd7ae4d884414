/** Chooses the day as whose end a list is shown. */
import { Popover } from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { today } from "../lib/zone.ts";
import { Button } from "../ui/Button.tsx";
import { TextInput } from "../ui/TextInput.tsx";
import style from "./objectPage.module.css";

const DAYS = [1, 7, 30] as const;

export function PastMenu({ moment, onChange }: { moment: string | null; onChange(moment: string): void }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [day, setDay] = useState("");
  const choose = (chosen: string) => {
    setOpen(false);
    onChange(chosen);
  };
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" trapFocus transitionProps={{ duration: 0 }}>
      <Popover.Target>
        <Button small look="quiet" aria-label={t("past.as_of")} aria-haspopup="dialog" aria-expanded={open} aria-pressed={moment !== null}
          icon={<IconHistory size={16} stroke={1.75} aria-hidden />} onClick={() => { setOpen(!open); }}>
          <span>{t("past.as_of")}</span>
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("past.as_of")}>
        <form className={style["past"]} onSubmit={(event) => { event.preventDefault(); if (day !== "") choose(day); }}>
          <label>
            {t("past.day")}
            <TextInput type="date" required max={daysAgo(1)} value={day} onText={setDay} data-autofocus />
          </label>
          <Button look="primary" type="submit" disabled={day === ""}>{t("past.show")}</Button>
          {DAYS.map((days) => (
            <Button key={days} look="quiet" onClick={() => { choose(daysAgo(days)); }}>{t("past.days_ago", { count: days })}</Button>
          ))}
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}

function daysAgo(days: number): string {
  const [year = 0, month = 1, date = 1] = today().split("-").map(Number);
  return new Date(Date.UTC(year, month - 1, date - days)).toISOString().slice(0, 10);
}
