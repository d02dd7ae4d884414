/** Icon and colour of an object. */
import { t } from "../../lib/i18n.ts";
import { Icon, ICON_NAMES } from "../../ui/Icon.tsx";
import { Swatches } from "./ColourPick.tsx";
import css from "./settings.module.css";

interface Props {
  icon: string | null;
  colour: string;
  onIcon: (icon: string) => void;
  onColour: (colour: string) => void;
}

export function Look({ icon, colour, onIcon, onColour }: Props) {
  return (
    <>
      <div>
        <div className={css["label"]}>{t("settings.colour")}</div>
        <Swatches wide value={colour} onChange={onColour} />
      </div>
      <div>
        <div className={css["label"]}>{t("settings.icon")}</div>
        <div className={css["icons"]} role="radiogroup" aria-label={t("settings.icon")}>
          {ICON_NAMES.map((name) => (
            <button
              key={name}
              type="button"
              role="radio"
              aria-checked={name === icon}
              aria-label={name}
              title={name}
              data-choice={colour}
              className={css["icon"]}
              onClick={() => { onIcon(name); }}
            >
              <Icon name={name} size={16} />
            </button>
          ))}
        </div>
      </div>
    </>
  );
}
