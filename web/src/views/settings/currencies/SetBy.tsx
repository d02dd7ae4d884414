/** Who set a rate, and when. */
import { formatAgo, formatMoment } from "../../../lib/format.ts";
import { door } from "../../record/door.ts";
import css from "../settings.module.css";
import type { Rate } from "./currencies.ts";

export function SetBy({ at, through, "by.name": name }: Pick<Rate, "at" | "through" | "by.name">) {
  if (at === null) return null;
  return (
    <span title={formatMoment(at)}>
      {name ?? door({ through: through ?? "", "through.name": null })} <span className={css["soft"]}>{formatAgo(at)}</span>
    </span>
  );
}
