/** Addresses on the web; only http and https become links. */
import { contactPointKind } from "./contactPoints.tsx";
import style from "./kinds.module.css";

export const links = contactPointKind({ name: "links", icon: "globe", width: 156, long: true }, (value) => {
  const address = /^[a-z][a-z0-9+.-]*:/i.test(value) ? value : `https://${value}`;
  const shown = value.replace(/^https?:\/\/(www\.)?/, "").replace(/\/$/, "");
  return /^https?:/i.test(address)
    ? <a className={style["link"]} href={address} target="_blank" rel="noreferrer noopener" tabIndex={-1}>{shown}</a>
    : shown;
});
