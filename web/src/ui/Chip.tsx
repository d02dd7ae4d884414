/** A choice, stage, status or tag: its colour stands beside its label, never alone. */
import { classes } from "../lib/classes.ts";
import style from "./chip.module.css";
import { asColour } from "./colour.ts";

export function Chip({ label, colour, dot = true, plain = false }: {
  label: string;
  colour: string | null | undefined;
  dot?: boolean;
  plain?: boolean;
}) {
  return (
    <span data-choice={asColour(colour)} className={classes(style["chip"], dot && style["dot"], plain && style["plain"])}>
      <span className="cut">{label}</span>
    </span>
  );
}
