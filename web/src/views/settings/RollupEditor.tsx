/** Which records a roll-up takes in, and what it makes of them. */
import { Select, Textarea } from "@mantine/core";
import { useState } from "react";
import { useCatalog } from "../../api/queries.ts";
import type { Filter, Obj } from "../../api/types.ts";
import { objectNamed } from "../../lib/fields.ts";
import { t } from "../../lib/i18n.ts";
import { Conditions } from "../filter/Conditions.tsx";
import { Faults } from "./Faults.tsx";
import type { FieldDraft } from "./fieldDraft.ts";
import css from "./settings.module.css";

const FUNCTIONS = ["count", "sum", "average", "min", "max", "first", "last"];
const MEASURED = ["number", "date", "moment"];
const TYPES: Record<string, string[]> = { sum: ["number"], average: ["number"], min: MEASURED, max: MEASURED };
const SINGLE = [...MEASURED, "text", "boolean", "id"];

interface Props {
  object: Obj;
  draft: FieldDraft;
  faults: Record<string, string[]>;
  onChange: (values: Partial<FieldDraft>) => void;
}

export function RollupEditor({ object, draft, faults, onChange }: Props) {
  const catalog = useCatalog();
  const { rollup } = draft;
  const set = (values: Partial<FieldDraft["rollup"]>): void => { onChange({ rollup: { ...rollup, ...values } }); };
  const lists = object.inverses.map(({ name, label }) => ({ value: name, label }));
  if (rollup.of.includes(".")) lists.push({ value: rollup.of, label: rollup.of });
  const target = objectNamed(catalog, object.inverses.find(({ name }) => name === rollup.of)?.object);
  const ordered = rollup.fn === "first" || rollup.fn === "last";
  const wanted = (types: string[]): { value: string; label: string }[] =>
    (target?.fields ?? []).filter(({ type }) => types.includes(type ?? "")).map(({ name, label }) => ({ value: name, label }));
  return (
    <div className={css["form"]}>
      <div className={css["pair"]}>
        <Select required searchable label={t("settings.rollup.of")}
          data={lists} value={rollup.of || null} error={faults["of"]?.join(" ")}
          onChange={(of) => { set({ of: of ?? "", field: "", filter: null, sort: "" }); }} />
        <Select required label={t("settings.rollup.fn")} data={FUNCTIONS.map((fn) => ({ value: fn, label: t(`settings.rollup.fns.${fn}`) }))}
          value={rollup.fn || null} error={faults["fn"]?.join(" ")} onChange={(fn) => { set({ fn: fn ?? "" }); }} />
      </div>
      {rollup.fn !== "" && rollup.fn !== "count" && (
        <div className={css["pair"]}>
          <Select required searchable label={t("settings.rollup.field")} data={wanted(TYPES[rollup.fn] ?? SINGLE)} value={rollup.field || null}
            error={faults["field"]?.join(" ")} onChange={(field) => { set({ field: field ?? "" }); }} />
          {ordered && (
            <Select clearable searchable label={t("settings.rollup.sort")} placeholder={t("settings.rollup.made")} data={wanted(SINGLE)}
              value={rollup.sort || null} error={faults["sort"]?.join(" ")} onChange={(sort) => { set({ sort: sort ?? "" }); }} />
          )}
        </div>
      )}
      {target !== undefined && <Only target={target} filter={rollup.filter} onFilter={(filter) => { set({ filter }); }} />}
      <Faults messages={faults["filter"]} object={object.name} />
    </div>
  );
}

/** The condition, as chips or, where it is more than these can say, as text. */
function Only({ target, filter, onFilter }: { target: Obj; filter: Filter | string | null; onFilter: (filter: Filter | string | null) => void }) {
  const [adding, setAdding] = useState(false);
  if (typeof filter === "string") {
    return (
      <Textarea label={t("settings.rollup.filter")} description={t("settings.rollup.filter_hint")} autosize spellCheck={false} value={filter}
        styles={{ input: { fontFamily: "var(--mono)" } }} onChange={(event) => { onFilter(event.currentTarget.value || null); }} />
    );
  }
  return (
    <div role="group" aria-label={t("settings.rollup.filter")} className={css["conditions"]}>
      <span>{t("settings.rollup.filter")}</span>
      <Conditions object={target} filter={filter} adding={adding} onAdding={setAdding} onFilter={onFilter} />
    </div>
  );
}
