/** What a member sees where only administrators may change things: who can help. */
import { IconLock } from "@tabler/icons-react";
import { t } from "../../lib/i18n.ts";
import { Empty } from "../../ui/Empty.tsx";

export function Denied() {
  return (
    <Empty
      glyph={<IconLock size={32} stroke={1.5} aria-hidden />}
      title={t("settings.denied_title")}
      text={t("settings.denied_text")}
    />
  );
}
