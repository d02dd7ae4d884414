/** A formula with its check by the server while typing; a click on a field's name inserts it. */
import { Textarea } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconAlertCircle, IconCheck, IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useCatalog } from "../../api/queries.ts";
import { request, Problem } from "../../api/client.ts";
import type { Field, Obj } from "../../api/types.ts";
import { objectNamed } from "../../lib/fields.ts";
import { t } from "../../lib/i18n.ts";
import css from "./settings.module.css";

interface Props {
  object: Obj;
  value: string;
  onChange: (formula: string) => void;
}

const UNUSABLE = ["id", "version", "about", "tags", "emails", "phones", "links", "address", "choices", "json"];
const LINKS = ["relation", "user"];
const MOST_STEPS = 3;

export function FormulaEditor({ object, value, onChange }: Props) {
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
        label={t("settings.formula")}
        description={t("settings.formula_hint")}
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
      <Verdict object={object.name} formula={value} />
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

function Verdict({ object, formula }: { object: string; formula: string }) {
  const [settled] = useDebouncedValue(formula, 400);
  const check = useQuery({
    queryKey: ["formula", object, settled],
    queryFn: () => checked(object, settled),
    enabled: settled.trim() !== "",
    retry: false,
  });
  if (formula.trim() === "" || settled !== formula || check.data === undefined) {
    return <p className={css["hint"]} role="status">{formula.trim() === "" ? "" : t("settings.checking")}</p>;
  }
  if (check.data === null) {
    return (
      <p className={css["ok"]} role="status">
        <IconCheck size={14} aria-hidden /> {t("settings.formula_valid")}
      </p>
    );
  }
  return (
    <p className={css["bad"]} role="status">
      <IconAlertCircle size={14} aria-hidden /> {check.data}
    </p>
  );
}

/** What is wrong with the formula, or null. */
async function checked(object: string, formula: string): Promise<string | null> {
  try {
    const body = { kind: "formula", name: "formula_being_checked", label: "Formula", formula };
    await request("POST", `/objects/${object}/fields?check=true`, body);
    return null;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return error.errors.map((fault) => fault.message).join("\n") || error.detail;
  }
}
