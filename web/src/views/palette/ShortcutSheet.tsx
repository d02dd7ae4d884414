/** `?`: every key that works here, from the same list that the keys themselves use. */
import { Modal } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { capsOf } from "../../commands/keys.ts";
import { useOffered } from "../../commands/registry.ts";
import { Kbd } from "../../ui/Kbd.tsx";
import style from "./palette.module.css";

const GROUPS = ["list", "table", "go", "settings"] as const;

export function ShortcutSheet({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const commands = useOffered().filter(({ keys }) => keys !== undefined);
  return (
    <Modal opened={opened} onClose={onClose} title={t("palette.keys")} size={720} closeButtonProps={{ "aria-label": t("common.close") }}>
      {GROUPS.map((group) => {
        const shown = commands.filter((command) => command.group === group);
        if (shown.length === 0) return null;
        return (
          <section key={group} className={style["keys"]}>
            <h3>{t(`palette.group_${group}`)}</h3>
            {shown.map((command) => (
              <dl key={command.id}>
                <div><dt>{command.label}</dt><dd>{capsOf(command.keys ?? "").map((cap) => <Kbd key={cap}>{cap}</Kbd>)}</dd></div>
              </dl>
            ))}
          </section>
        );
      })}
    </Modal>
  );
}
