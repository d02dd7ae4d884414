/** A text with the part that was searched for marked. */
import style from "./palette.module.css";

export function Marked({ text, q }: { text: string; q: string }) {
  const at = q === "" ? -1 : text.toLocaleLowerCase().indexOf(q);
  if (at < 0) return <>{text}</>;
  return <>{text.slice(0, at)}<mark className={style["mark"]}>{text.slice(at, at + q.length)}</mark>{text.slice(at + q.length)}</>;
}
