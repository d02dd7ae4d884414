/** A choice of the twelve colours, as swatches in a small menu or in a row. */
import { Popover } from "@mantine/core";
import { useState } from "react";
import { t } from "../../lib/i18n.ts";
import { COLOURS } from "../../ui/colour.ts";
import css from "./settings.module.css";

interface Props {
  value: string;
  onChange: (colour: string) => void;
}

export function ColourPick({ value, onChange }: Props) {
  const [opened, setOpened] = useState(false);
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" trapFocus>
      <Popover.Target>
        <button
          type="button"
          className={css["swatch"]}
          aria-label={t("settings.colour_is", { colour: t(`settings.colour_${value}`) })}
          aria-expanded={opened}
          onClick={() => {
            setOpened(!opened);
          }}
        >
          <span className={css["dot"]} data-choice={value} />
        </button>
      </Popover.Target>
      <Popover.Dropdown p={4}>
        <Swatches
          value={value}
          onChange={(colour) => {
            onChange(colour);
            setOpened(false);
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}

export function Swatches({ value, onChange, wide = false }: Props & { wide?: boolean }) {
  return (
    <div className={css["swatches"]} data-wide={wide} role="radiogroup" aria-label={t("settings.colour")}>
      {COLOURS.map((colour) => (
        <button
          key={colour}
          type="button"
          role="radio"
          aria-checked={colour === value}
          aria-label={t(`settings.colour_${colour}`)}
          title={t(`settings.colour_${colour}`)}
          className={css["swatch"]}
          onClick={() => {
            onChange(colour);
          }}
        >
          <span className={css["dot"]} data-choice={colour} />
        </button>
      ))}
    </div>
  );
}
