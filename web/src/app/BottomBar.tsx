/** On a phone: the most used objects, search, and the rest in a menu. */
import { Menu } from "@mantine/core";
import { IconDots, IconSearch } from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useCatalog } from "../api/queries.ts";
import { Icon } from "../ui/Icon.tsx";
import style from "./shell.module.css";
import { UserMenu } from "./UserMenu.tsx";

export function BottomBar({ onSearch }: { onSearch: () => void }) {
  const { t } = useTranslation();
  const { objects } = useCatalog();
  const navigate = useNavigate();
  const first = objects.filter(({ group }) => group === "records").slice(0, 2);
  const task = objects.find(({ name }) => name === "task");
  const shown = task === undefined ? first : [...first, task];
  return (
    <nav className={style["bottom"]} aria-label={t("common.navigation")}>
      {shown.map((object) => (
        <Link key={object.name} to="/o/$object" params={{ object: object.name }} activeOptions={{ includeSearch: false }}>
          <Icon name={object.icon} size={20} />{object.plural}
        </Link>
      ))}
      <button type="button" onClick={onSearch}><IconSearch size={20} stroke={1.75} aria-hidden />{t("common.search")}</button>
      <Menu position="top-end" width={240}>
        <Menu.Target><button type="button"><IconDots size={20} stroke={1.75} aria-hidden />{t("common.more")}</button></Menu.Target>
        <Menu.Dropdown mah="70vh" style={{ overflow: "auto" }}>
          {objects.filter((object) => object.group !== null && !shown.includes(object)).map((object) => (
            <Menu.Item key={object.name} mih={44} leftSection={<Icon name={object.icon} />}
              onClick={() => { void navigate({ to: "/o/$object", params: { object: object.name } }); }}>
              {object.plural}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <UserMenu />
        </Menu.Dropdown>
      </Menu>
    </nav>
  );
}
