/** The options of a choice: label, colour, order; new ones take the next unused colour. */
import { TextInput } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { t } from "../../lib/i18n.ts";
import { Button, IconButton } from "../../ui/Button.tsx";
import { ColourPick } from "./ColourPick.tsx";
import { freeColour, type OptionDraft } from "./fieldDraft.ts";
import css from "./settings.module.css";

interface Props {
  options: OptionDraft[];
  onChange: (options: OptionDraft[]) => void;
}

export function OptionsEditor({ options, onChange }: Props) {
  const list = useRef<HTMLDivElement>(null);
  const count = useRef(options.length);
  useEffect(() => {
    if (options.length > count.current) list.current?.querySelectorAll("input")[options.length - 1]?.focus();
    count.current = options.length;
  }, [options.length]);
  const change = (index: number, values: Partial<OptionDraft>): void => {
    onChange(options.map((option, at) => (at === index ? { ...option, ...values } : option)));
  };
  const add = (): void => {
    onChange([...options, { label: "", colour: freeColour(options) }]);
  };
  return (
    <div>
      <div className={css["label"]} id="options-label">
        {t("settings.options")}
      </div>
      {options.length > 0 && (
        <div className={css["options"]} ref={list} role="group" aria-labelledby="options-label">
          {options.map((option, index) => (
            <div className={css["option"]} key={option.key ?? `new-${String(index)}`}>
              <ColourPick
                value={option.colour}
                onChange={(colour) => {
                  change(index, { colour });
                }}
              />
              <TextInput
                flex={1}
                value={option.label}
                aria-label={t("settings.option_label", { n: index + 1 })}
                onChange={(event) => {
                  change(index, { label: event.currentTarget.value });
                }}
                onKeyDown={(event) => {
                  if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return;
                  event.preventDefault();
                  if (index === options.length - 1 && option.label.trim()) add();
                }}
              />
              <OptionButtons options={options} index={index} onChange={onChange} />
            </div>
          ))}
        </div>
      )}
      <Button look="quiet" small icon={<IconPlus size={14} />} onClick={add}>
        {t("settings.add_option")}
      </Button>
    </div>
  );
}

function OptionButtons({ options, index, onChange }: Props & { index: number }) {
  const label = options[index]?.label ?? "";
  const swap = (other: number): void => {
    const next = [...options];
    const [moved] = next.splice(index, 1);
    if (moved) next.splice(other, 0, moved);
    onChange(next);
  };
  return (
    <>
      <IconButton small label={t("settings.move_up", { label })} disabled={index === 0} onClick={() => { swap(index - 1); }}>
        <IconArrowUp size={14} />
      </IconButton>
      <IconButton small label={t("settings.move_down", { label })} disabled={index === options.length - 1} onClick={() => { swap(index + 1); }}>
        <IconArrowDown size={14} />
      </IconButton>
      <IconButton small label={t("settings.remove_option", { label })} onClick={() => { onChange(options.filter((_, at) => at !== index)); }}>
        <IconTrash size={14} />
      </IconButton>
    </>
  );
}
