/** Each linked record with what the link says of it: «Ada Berg · Lead». */
import type { DisplayProps } from "./kind.ts";
import { linksIn, useAttributes } from "./linked.ts";
import { kindOf } from "./registry.ts";
import { Related } from "./relation.tsx";
import style from "./many.module.css";

const SHOWN = 12;

export default function ManyShown({ field, value }: DisplayProps) {
  const links = linksIn(field, value);
  const attributes = useAttributes(field);
  return (
    <span className={style["links"]}>
      {links.slice(0, SHOWN).map((link) => {
        const said = attributes.filter((one) => !kindOf(one).isEmpty(link[one.name]) && link[one.name] !== false);
        return (
          <span key={link.id} className={style["link"]}>
            <Related field={field} value={link} />
            {said.map((one) => {
              const { Display } = kindOf(one);
              return <span key={one.name} className={style["said"]} title={one.label}><Display field={one} value={link[one.name]} /></span>;
            })}
          </span>
        );
      })}
      {links.length > SHOWN && <span className="quiet">+{links.length - SHOWN}</span>}
    </span>
  );
}
