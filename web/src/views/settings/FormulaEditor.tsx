/** A formula with its check by the server while typing; a click on a field's name inserts it. */
import { Textarea } from "@mantine/core";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { useRef, useState } from "react";
import { useCatalog } from "../../api/queries.ts";
import type { Field, Obj } from "../../api/types.ts";
import { objectNamed } from "../../lib/fields.ts";
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

const UNUSABLE = ["id", "version", "about", "many", "reference", "tags", "emails", "phones", "links", "address", "choices", "json"];
const LINKS = ["relation", "user"];
const MOST_STEPS = 3;

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
      <Names object={object} onInsert={insert} />
    </div>
  );
}

/** The fields by name; a relation opens those of the record that it points to, up to three steps away. */
function Names({ object, onInsert }: { object: Obj; onInsert: (name: string) => void }) {
  const catalog = useCatalog();
  const [way, setWay] = useState<string[]>([]);
  let here: Obj | undefined = object;
  for (const step of way) here = objectNamed(catalog, here?.fields.find(({ name }) => name === step)?.to?.[0]);
  const leads = (field: Field): boolean => LINKS.includes(field.kind) && way.length < MOST_STEPS;
  return (
    <div className={css["names"]} role="group" aria-label={t("settings.insert_field")}>
      {way.length > 0 && (
        <button type="button" onClick={() => { setWay(way.slice(0, -1)); }}>
          <IconChevronLeft size={12} aria-hidden /> {way.join(".")}
        </button>
      )}
      {(here?.fields ?? [])
        .filter((field) => !UNUSABLE.includes(field.kind))
        .map((field) => (
          <button type="button" key={field.name} title={field.label} onClick={() => { onInsert([...way, field.name].join(".")); }}>
            {field.name}
          </button>
        ))}
      {(here?.fields ?? []).filter(leads).map((field) => (
        <button type="button" key={`${field.name}.`} title={t("settings.fields_of", { label: field.label })} onClick={() => { setWay([...way, field.name]); }}>
          {field.name}. <IconChevronRight size={12} aria-hidden />
        </button>
      ))}
    </div>
  );
}
