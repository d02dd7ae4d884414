/** Where there is only one column on the screen, a card moves by a menu. */
import { Menu } from "@mantine/core";
import { IconArrowsExchange } from "@tabler/icons-react";
import { t } from "../../lib/i18n.ts";
import { IconButton } from "../../ui/Button.tsx";
import css from "./board.module.css";
import type { Lane } from "./move.ts";

interface Props {
  lanes: readonly Lane[];
  current: string | null;
  title: string;
  nameOf: (key: string | null) => string;
  onMove: (key: string | null) => void;
}

export function MoveMenu({ lanes, current, title, nameOf, onMove }: Props) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <IconButton className={css["move"]} label={t("board.move_card", { title })}>
          <IconArrowsExchange size={16} aria-hidden />
        </IconButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t("board.move_to")}</Menu.Label>
        {lanes.filter((lane) => lane.key !== current).map((lane) => (
          <Menu.Item key={lane.key ?? ""} onClick={() => { onMove(lane.key); }}>{nameOf(lane.key)}</Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
