/** Chooses the day as whose end a list is shown, or with which it is compared. */
import { Popover } from "@mantine/core";
import { IconGitCompare, IconHistory } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { NOW } from "../lib/past.ts";
import { today } from "../lib/zone.ts";
import { Button } from "../ui/Button.tsx";
import { TextInput } from "../ui/TextInput.tsx";
import style from "./objectPage.module.css";

const DAYS = [1, 7, 30] as const;

export function PastMenu({ moment, onChange }: { moment: string | null; onChange(moment: string): void }) {
  const { t } = useTranslation();
  return (
    <DayMenu look="quiet" label={t("past.as_of")} hint={t("past.day")} go={t("past.show")} pressed={moment !== null} last={daysAgo(1)}
      icon={<IconHistory size={16} stroke={1.75} aria-hidden />} onChange={onChange}
      offered={DAYS.map((days) => ({ value: daysAgo(days), label: t("past.days_ago", { count: days }) }))} />
  );
}

export function CompareMenu({ compared, onChange }: { compared: boolean; onChange(moment: string): void }) {
  const { t } = useTranslation();
  return (
    <DayMenu label={t("past.compare")} hint={t("past.compare_day")} go={t("past.compare_go")} pressed={compared} last={daysAgo(1)}
      icon={<IconGitCompare size={16} stroke={1.75} aria-hidden />} onChange={onChange}
      offered={[{ value: NOW, label: t("past.today") }, ...DAYS.map((days) => ({ value: daysAgo(days), label: t("past.days_ago", { count: days }) }))]} />
  );
}

interface DayMenuProps {
  label: string;
  hint: string;
  go: string;
  icon: ReactNode;
  look?: "quiet";
  pressed: boolean;
  /** The last day that can be chosen. */
  last: string;
  offered: { value: string; label: string }[];
  onChange(moment: string): void;
}

function DayMenu({ label, hint, go, icon, look, pressed, last, offered, onChange }: DayMenuProps) {
  const [open, setOpen] = useState(false);
  const [day, setDay] = useState("");
  const choose = (chosen: string) => {
    setOpen(false);
    onChange(chosen);
  };
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" trapFocus transitionProps={{ duration: 0 }}>
      <Popover.Target>
        <Button small {...(look === undefined ? {} : { look })} aria-label={label} aria-haspopup="dialog" aria-expanded={open} aria-pressed={pressed}
          icon={icon} onClick={() => { setOpen(!open); }}>
          <span>{label}</span>
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={label}>
        <form className={style["past"]} onSubmit={(event) => { event.preventDefault(); if (day !== "") choose(day); }}>
          <label>
            {hint}
            <TextInput type="date" required max={last} value={day} onText={setDay} data-autofocus />
          </label>
          <Button look="primary" type="submit" disabled={day === ""}>{go}</Button>
          {offered.map((one) => <Button key={one.value} look="quiet" onClick={() => { choose(one.value); }}>{one.label}</Button>)}
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}

function daysAgo(days: number): string {
  const [year = 0, month = 1, date = 1] = today().split("-").map(Number);
  return new Date(Date.UTC(year, month - 1, date - days)).toISOString().slice(0, 10);
}
