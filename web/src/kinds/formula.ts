/** A derived value: shown like the kind of its type, never edited. */
import { boolean } from "./boolean.tsx";
import { date } from "./date.tsx";
import { isBlank, type Kind } from "./kind.ts";
import { moment } from "./moment.tsx";
import { isMoney, money } from "./money.tsx";
import { number } from "./number.ts";
import { text } from "./text.ts";

const BY_TYPE: Record<string, Kind> = { number, boolean, date, moment, text };

export function formulaKind(type: string | null): Kind {
  const shown = BY_TYPE[type ?? "text"] ?? text;
  return {
    ...shown,
    name: "formula", icon: "function", width: 156,
    Display: (props) => (isMoney(props.value) ? money : shown).Display(props),
    format: (value, field) => (isBlank(value) ? "" : isMoney(value) ? money.format(value, field) : shown.format(value, field)),
  };
}
