/** A field while it is being described, and what is sent for it. */
import type { Field, Filter, KindInfo } from "../../api/types.ts";
import { COLOURS } from "../../ui/colour.ts";
import { nameFromLabel } from "./name.ts";

export interface OptionDraft {
  key?: string;
  label: string;
  colour: string;
  probability?: number;
  outcome?: string;
}

/** Formulas that say how the field stands; empty where there is none. */
export const CONDITIONS = ["required_if", "readonly_if", "visible_if", "default_formula"] as const;
type Conditions = Record<(typeof CONDITIONS)[number], string>;

/** What a link of a many-to-many says; the options of a choice with commas between them. */
export interface AttributeDraft {
  label: string;
  kind: string;
  options: string;
}

export interface FieldDraft extends Conditions {
  kind: string;
  label: string;
  name: string;
  help: string;
  required: boolean;
  unique: boolean;
  options: OptionDraft[];
  to: string[];
  inverse: string;
  attributes: AttributeDraft[];
  formula: string;
  rollup: { of: string; fn: string; field: string; filter: Filter | string | null; sort: string };
  default: unknown;
  /** Of money: whose day tells the rate; empty for the day on which the record was created. */
  rate_date: string;
}

export function emptyDraft(kind: string): FieldDraft {
  return {
    kind, label: "", name: "", help: "", required: false, unique: false,
    options: [], to: [], inverse: "", attributes: [], formula: "", default: null, rate_date: "",
    required_if: "", readonly_if: "", visible_if: "", default_formula: "",
    rollup: rollupOf(null),
  };
}

export function draftOf(field: Field): FieldDraft {
  return {
    kind: field.kind,
    label: field.label,
    name: field.name,
    help: field.help ?? "",
    required: field.required,
    unique: field.unique,
    options: (field.options ?? []).map(optionDraft),
    to: field.to ?? [],
    inverse: field.inverse ?? "",
    attributes: [],
    formula: field.formula ?? "",
    rollup: rollupOf(field),
    default: field.default ?? null,
    rate_date: field.rate_date ?? "",
    required_if: field.required_if ?? "",
    readonly_if: field.readonly_if ?? "",
    visible_if: field.visible_if ?? "",
    default_formula: field.default_formula ?? "",
  };
}

function optionDraft(option: NonNullable<Field["options"]>[number]): OptionDraft {
  return {
    key: option.key,
    label: option.label,
    colour: option.colour ?? "grey",
    ...(typeof option.probability === "number" ? { probability: option.probability } : {}),
    ...(typeof option.outcome === "string" ? { outcome: option.outcome } : {}),
  };
}

/** The next colour that no option has yet; grey when all are taken. */
export function freeColour(options: readonly OptionDraft[]): string {
  return COLOURS.find((colour) => !options.some((option) => option.colour === colour)) ?? "grey";
}

/** What is sent to make the field: only what its kind takes. */
export function bodyOfNew(draft: FieldDraft, kind: KindInfo): Record<string, unknown> {
  const takes = (what: string): boolean => kind.takes.includes(what);
  const computed = !kind.writable;
  return {
    kind: draft.kind,
    label: draft.label.trim(),
    name: draft.name || nameFromLabel(draft.label),
    ...(draft.help.trim() ? { help: draft.help.trim() } : {}),
    ...(computed ? {} : { required: draft.required }),
    ...(kind.unique && !computed ? { unique: draft.unique } : {}),
    ...(takes("options") ? { options: named(draft.options) } : {}),
    ...(takes("to") && draft.kind !== "user" ? { to: draft.to } : {}),
    ...(takes("inverse") && draft.inverse.trim() ? inverseOf(draft.inverse) : {}),
    ...(takes("fields") ? { fields: draft.attributes.filter(({ label }) => label.trim() !== "").map(attributeOf) } : {}),
    ...(takes("formula") ? { formula: draft.formula } : {}),
    ...(takes("rollup") ? definedBy(draft.rollup) : {}),
    ...(takes("rate_date") && draft.rate_date !== "" ? { rate_date: draft.rate_date } : {}),
    ...(computed || draft.default === null ? {} : { default: draft.default }),
    ...Object.fromEntries(CONDITIONS.filter((key) => draft[key].trim() !== "").map((key) => [key, draft[key].trim()])),
  };
}

/** What is sent to change the field: only what differs. */
export function bodyOfChange(draft: FieldDraft, field: Field): Record<string, unknown> {
  const old = draftOf(field);
  const changed: Record<string, unknown> = {};
  if (draft.label.trim() !== old.label) changed["label"] = draft.label.trim();
  if (draft.help.trim() !== old.help) changed["help"] = draft.help.trim();
  if (draft.required !== old.required) changed["required"] = draft.required;
  if (draft.unique !== old.unique) changed["unique"] = draft.unique;
  if (draft.formula !== old.formula) changed["formula"] = draft.formula;
  if (!same(draft.rollup, old.rollup)) Object.assign(changed, definedBy(draft.rollup));
  if (!same(draft.default, old.default)) changed["default"] = draft.default;
  if (draft.rate_date !== old.rate_date) changed["rate_date"] = draft.rate_date || null;
  for (const key of CONDITIONS) {
    if (draft[key].trim() !== old[key]) changed[key] = draft[key].trim() || null;
  }
  if (field.options !== null && !same(named(draft.options), old.options)) changed["options"] = named(draft.options);
  return changed;
}

function named(options: readonly OptionDraft[]): OptionDraft[] {
  return options.filter((option) => option.label.trim() !== "").map((option) => ({ ...option, label: option.label.trim() }));
}

function attributeOf({ label, kind, options }: AttributeDraft): Record<string, unknown> {
  const named = options.split(",").map((one) => one.trim()).filter((one) => one !== "");
  return { label: label.trim(), name: nameFromLabel(label), kind, ...(kind === "choice" ? { options: named } : {}) };
}

function inverseOf(label: string): Record<string, string> {
  return { inverse: nameFromLabel(label), inverse_label: label.trim() };
}

/** What a stored roll-up was described with. */
function rollupOf(field: Field | null): FieldDraft["rollup"] {
  return { of: field?.of ?? "", fn: field?.fn ?? "", field: field?.field ?? "", filter: field?.filter ?? null, sort: field?.sort ?? "" };
}

function definedBy({ of, fn, field, filter, sort }: FieldDraft["rollup"]): Record<string, unknown> {
  return { of, fn, field: fn === "count" ? null : field || null, filter, sort: sort || null };
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** The field as it will be, for trying its default in the editor of its kind. */
export function fieldOf(draft: FieldDraft): Field {
  return {
    name: draft.name || "field",
    kind: draft.kind,
    label: draft.label,
    help: null,
    required: false,
    unique: false,
    custom: true,
    readonly: false,
    options: named(draft.options).map((option) => ({ ...option, key: option.key ?? nameFromLabel(option.label) })),
    to: draft.kind === "user" ? ["user"] : draft.to,
    inverse: null,
    formula: null,
    type: null,
    default: null,
    filterable: false,
    sortable: false,
    groupable: false,
    measurable: false,
    operators: [],
    parts: [],
  };
}
