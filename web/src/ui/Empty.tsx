/** Nothing here yet: says what belongs here and offers the next step. */
import type { ReactNode } from "react";
import style from "./empty.module.css";

export function Empty({ glyph, title, text, children }: {
  glyph?: ReactNode;
  title: string;
  text?: string;
  children?: ReactNode;
}) {
  return (
    <div className={style["empty"]}>
      {glyph}
      <h2>{title}</h2>
      {text !== undefined && <p>{text}</p>}
      {children !== undefined && <div className={style["actions"]}>{children}</div>}
    </div>
  );
}
