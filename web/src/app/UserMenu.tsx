/** The person's own matters: theme, density, language, signing out. */
import { Menu, useMantineColorScheme } from "@mantine/core";
import { IconChevronDown, IconLogout } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { request } from "../api/client.ts";
import { useMe } from "../api/queries.ts";
import { LANGUAGES, setLanguage } from "../lib/i18n.ts";
import { Avatar } from "../ui/Avatar.tsx";
import style from "./shell.module.css";

const SCHEMES = ["light", "dark", "auto"] as const;

export function UserMenu() {
  const { t, i18n } = useTranslation();
  const { user } = useMe();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const client = useQueryClient();
  const navigate = useNavigate();
  const name = user?.name ?? t("common.api_key");
  const signOut = async () => {
    await request("POST", "/auth/logout");
    client.clear();
    await navigate({ to: "/sign-in" });
  };
  return (
    <Menu position="top-start" width={220} transitionProps={{ duration: 0 }}>
      <Menu.Target>
        <button type="button" className={style["me"]} aria-label={t("common.your_menu", { name })}>
          <Avatar name={name} id={user?.id ?? name} size="m" />
          <span className="cut" style={{ flex: 1 }}>{name}</span>
          <span><IconChevronDown size={14} aria-hidden /></span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t("common.theme")}</Menu.Label>
        {SCHEMES.map((scheme) => (
          <Menu.RadioItem key={scheme} value={scheme} checked={scheme === colorScheme} onChange={() => { setColorScheme(scheme); }}>
            {t(`common.theme_${scheme}`)}
          </Menu.RadioItem>
        ))}
        <Menu.Label>{t("common.language")}</Menu.Label>
        {LANGUAGES.map(({ code, label }) => (
          <Menu.RadioItem key={code} lang={code} value={code} checked={code === i18n.language} onChange={() => { void setLanguage(code); }}>
            {label}
          </Menu.RadioItem>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} stroke={1.75} aria-hidden />} onClick={() => { void signOut(); }}>
          {t("common.sign_out")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
