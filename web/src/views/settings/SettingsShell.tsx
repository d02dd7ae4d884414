/** The frame of all settings: sections at the side, title and actions above, one scrolling body. */
import { Link } from "@tanstack/react-router";
import { IconCalendarRepeat, IconCoins, IconKey, IconStack2, IconTrash, IconUsers } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { t } from "../../lib/i18n.ts";
import css from "./settings.module.css";

const SECTIONS = [
  { name: "objects", to: "/settings/objects", icon: IconStack2 },
  { name: "users", to: "/settings/users", icon: IconUsers },
  { name: "currencies", to: "/settings/currencies", icon: IconCoins },
  { name: "keys", to: "/settings/keys", icon: IconKey },
  { name: "schedules", to: "/settings/schedules", icon: IconCalendarRepeat },
  { name: "trash", to: "/settings/trash", icon: IconTrash },
] as const;

export type Section = (typeof SECTIONS)[number]["name"];

interface Props {
  section: Section;
  title: ReactNode;
  crumb?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

export function SettingsShell({ section, title, crumb, actions, children }: Props) {
  useTranslation();
  return (
    <div className={css["shell"]}>
      <nav className={css["nav"]} aria-label={t("settings.sections")}>
        <h2>{t("settings.title")}</h2>
        {SECTIONS.map(({ name, to, icon: Glyph }) => (
          <Link key={name} to={to} aria-current={name === section ? "page" : undefined}>
            <Glyph size={16} stroke={1.75} aria-hidden />
            {t(`settings.section_${name}`)}
          </Link>
        ))}
      </nav>
      <div className={css["main"]}>
        <header className={css["top"]}>
          {crumb === undefined ? null : <span className={css["crumb"]}>{crumb}</span>}
          <h1>{title}</h1>
          <div className={css["actions"]}>{actions}</div>
        </header>
        <div className={css["body"]}>
          <div className={css["inner"]}>{children}</div>
        </div>
      </div>
    </div>
  );
}
