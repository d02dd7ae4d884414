/** A bar in the place of a text that is on its way; appears after 150 ms, so that quick answers do not flash. */
import style from "./skeleton.module.css";

export function Skeleton({ width = "60%" }: { width?: number | string }) {
  return <span aria-hidden className={style["bar"]} style={{ width }} />;
}
