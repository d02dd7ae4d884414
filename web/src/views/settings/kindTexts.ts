/** Names and help of the kinds in the person's language; a kind without own texts keeps the server's. */
import type { KindInfo } from "../../api/types.ts";
import { t } from "../../lib/i18n.ts";

export function kindLabel(kind: string, kinds: readonly KindInfo[]): string {
  const known = kinds.find(({ name }) => name === kind);
  return t(`settings.kinds.${kind}.label`, { defaultValue: known?.label ?? kind });
}

export function kindHelp(kind: KindInfo): string {
  return t(`settings.kinds.${kind.name}.help`, { defaultValue: kind.help });
}
