/** A formula with its check by the server while typing; a click on a field's name inserts it. */
import { Textarea } from "@mantine/core";
import { useRef } from "react";
import type { Obj } from "../../api/types.ts";
import { t } from "../../lib/i18n.ts";
import css from "./settings.module.css";
import { checkFormula, Verdict, type Check } from "./Verdict.tsx";

interface Props {
  object: Obj;
  value: string;
  onChange: (formula: string) => void;
  label?: string;
  hint?: string;
  check?: Check;
}

const UNUSABLE = ["id", "version", "about", "tags", "emails", "phones", "links", "address", "choices"];

export function FormulaEditor({ object, value, onChange, label, hint, check = checkFormula }: Props) {
  const box = useRef<HTMLTextAreaElement>(null);
  const insert = (name: string): void => {
    const at = box.current?.selectionStart ?? value.length;
    onChange(value.slice(0, at) + name + value.slice(box.current?.selectionEnd ?? at));
    box.current?.focus();
  };
  return (
    <div className={css["form"]} style={{ gap: 6 }}>
      <Textarea
        ref={box}
        label={label ?? t("settings.formula")}
        description={hint ?? t("settings.formula_hint")}
        required
        autosize
        minRows={2}
        maxRows={8}
        spellCheck={false}
        value={value}
        styles={{ input: { fontFamily: "var(--mono)" } }}
        onChange={(event) => {
          onChange(event.currentTarget.value);
        }}
      />
      <Verdict object={object.name} formula={value} check={check} />
      <div className={css["names"]} role="group" aria-label={t("settings.insert_field")}>
        {object.fields
          .filter((field) => !UNUSABLE.includes(field.kind))
          .map((field) => (
            <button type="button" key={field.name} title={field.label} onClick={() => { insert(field.name); }}>
              {field.name}
            </button>
          ))}
      </div>
    </div>
  );
}
