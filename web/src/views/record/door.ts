/** The door through which a change came, in words; the browser goes without saying. */
import type { Change } from "../../api/types.ts";
import { t } from "../../lib/i18n.ts";

export function door({ through, "through.name": name }: Pick<Change, "through" | "through.name">): string {
  if (through === "browser") return "";
  return t(`history.through.${through.replaceAll(" ", "_")}`, { name: name ?? "", defaultValue: through });
}
