/** People are circles with initials, organisations squircles, objects a tinted glyph. */
import { classes } from "../lib/classes.ts";
import style from "./avatar.module.css";
import { asColour, colourOf } from "./colour.ts";
import { Icon } from "./Icon.tsx";

type Size = "s" | "m" | "l" | "xl";

export function Avatar({ name, id, shape = "person", size = "s" }: {
  name: string;
  id: string;
  shape?: "person" | "organisation";
  size?: Size;
}) {
  return (
    <span aria-hidden data-choice={colourOf(id)}
      className={classes(style["avatar"], style[shape], style[size])}>
      {initials(name)}
    </span>
  );
}

export function Glyph({ icon, colour, size = "s" }: {
  icon: string | null;
  colour: string | null;
  size?: Size;
}) {
  const drawn = { s: 13, m: 15, l: 18, xl: 22 }[size];
  return (
    <span aria-hidden data-choice={asColour(colour)}
      className={classes(style["avatar"], style["glyph"], style[size])}>
      <Icon name={icon} size={drawn} stroke={2} />
    </span>
  );
}

function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter((word) => /\p{L}|\p{N}/u.test(word));
  const first = words[0]?.match(/[\p{L}\p{N}]/u)?.[0] ?? "";
  const last = words.length > 1 ? (words.at(-1)?.match(/[\p{L}\p{N}]/u)?.[0] ?? "") : "";
  return (first + last).toLocaleUpperCase();
}
