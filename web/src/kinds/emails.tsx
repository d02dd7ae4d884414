/** E-mail addresses; a click writes to the primary one. */
import { contactPointKind } from "./contactPoints.tsx";
import style from "./kinds.module.css";

export const emails = contactPointKind({ name: "emails", icon: "at", width: 220 }, (value) => (
  <a className={style["link"]} href={`mailto:${value}`} tabIndex={-1}>{value}</a>
));
