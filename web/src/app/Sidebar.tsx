/** Where one is and where one can go: the objects of the workspace by their groups. */
import { IconSearch, IconTrash } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useCatalog, useMe } from "../api/queries.ts";
import type { Obj } from "../api/types.ts";
import { capsOf } from "../commands/keys.ts";
import { Icon } from "../ui/Icon.tsx";
import { Kbd } from "../ui/Kbd.tsx";
import { Mark } from "../ui/Mark.tsx";
import style from "./shell.module.css";
import { UserMenu } from "./UserMenu.tsx";

export const GROUPS = ["records", "activities", "setup"] as const;

export function Sidebar({ onSearch }: { onSearch: () => void }) {
  const { t } = useTranslation();
  const { workspace, administers } = useMe();
  const { objects } = useCatalog();
  return (
    <aside className={style["side"]} aria-label={workspace.label}>
      <div className={style["workspace"]}><Mark /><span className="cut">{workspace.label}</span></div>
      <button type="button" className={style["find"]} onClick={onSearch} aria-label={t("palette.placeholder")}>
        <IconSearch size={16} stroke={1.75} aria-hidden />
        <span>{t("palette.placeholder")}</span>
        <Kbd>{capsOf("mod+k").join(" ")}</Kbd>
      </button>
      <nav className={style["scroll"]} aria-label={t("common.navigation")}>
        {GROUPS.map((group) => (
          <Group key={group} label={t(`common.group_${group}`)} objects={objects.filter((object) => object.group === group)}
            setup={group === "setup"} administers={administers} />
        ))}
      </nav>
      <div className={style["foot"]}><UserMenu /></div>
    </aside>
  );
}

function Group({ label, objects, setup, administers }: { label: string; objects: Obj[]; setup: boolean; administers: boolean }) {
  const { t } = useTranslation();
  if (objects.length === 0 && !setup) return null;
  return (
    <>
      <h2 className={style["heading"]}>{label}</h2>
      <div className={style["nav"]}>
        {objects.map((object) => (
          <Link key={object.name} to="/o/$object" params={{ object: object.name }} title={object.plural}
            activeOptions={{ includeSearch: false }}>
            <Icon name={object.icon} /><span className="cut">{object.plural}</span>
          </Link>
        ))}
        {/* Of the settings, others need only the way back for what they deleted. */}
        {setup && !administers && (
          <Link to="/settings/trash" title={t("common.trash")}>
            <IconTrash size={16} stroke={1.75} aria-hidden /><span className="cut">{t("common.trash")}</span>
          </Link>
        )}
        {setup && administers && (
          <Link to="/settings/objects" title={t("common.settings")}>
            <Icon name="settings" /><span className="cut">{t("common.settings")}</span>
          </Link>
        )}
      </div>
    </>
  );
}
