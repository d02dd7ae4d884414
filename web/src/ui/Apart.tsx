/** The sign beside a total that could not be made one, for want of a rate. */
import { IconAlertTriangle } from "@tabler/icons-react";
import { isApart, remarkOn } from "../lib/sums.ts";
import css from "./apart.module.css";

export function Apart({ sum }: { sum: unknown }) {
  if (!isApart(sum)) return null;
  return <IconAlertTriangle size={14} className={css["apart"]} role="img" aria-label={remarkOn(sum) ?? undefined} />;
}
