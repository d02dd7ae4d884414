/** What a screen reader says while a card is lifted, moved and dropped. */
import type { Announcements, UniqueIdentifier } from "@dnd-kit/core";
import { t } from "../../lib/i18n.ts";

type Name = (id: string) => string;

export function announcements(card: Name, lane: Name): Announcements {
  const title = (active: { id: UniqueIdentifier }): string => card(String(active.id));
  return {
    onDragStart: ({ active }) => t("board.lifted", { title: title(active) }),
    onDragOver: ({ active, over }) =>
      over === null ? t("board.over_nothing", { title: title(active) }) : t("board.over", { title: title(active), to: lane(String(over.id)) }),
    onDragEnd: ({ active, over }) =>
      over === null ? t("board.returned", { title: title(active) }) : t("board.dropped", { title: title(active), to: lane(String(over.id)) }),
    onDragCancel: ({ active }) => t("board.returned", { title: title(active) }),
  };
}
