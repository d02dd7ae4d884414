/** Phone numbers; a click calls the primary one. */
import { contactPointKind } from "./contactPoints.tsx";
import style from "./kinds.module.css";

export const phones = contactPointKind({ name: "phones", icon: "phone", width: 164 }, (value) => (
  <a className={style["link"]} href={`tel:${value}`} tabIndex={-1}>{value}</a>
));
