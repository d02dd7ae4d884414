/** The value of a condition: which editor depends on the operator first, then on the kind of the field. */
import { useTranslation } from "react-i18next";
import type { Field, Reference } from "../../api/types.ts";
import { pickerOptions } from "../../kinds/choice.tsx";
import { splitList } from "../../kinds/choices.tsx";
import { RecordPicker } from "../../kinds/RecordPicker.tsx";
import { kindOf } from "../../kinds/registry.ts";
import { Picker } from "../../ui/Picker.tsx";
import { TextInput } from "../../ui/TextInput.tsx";
import { useTitles } from "./conditionText.ts";
import style from "./filter.module.css";

interface ValueEditorProps {
  field: Field;
  op: string;
  value: unknown;
  autoFocus?: boolean;
  onChange(value: unknown): void;
  onDone(): void;
}

const UNITS = ["day", "week", "month", "quarter", "year"] as const;
const SPANS = ["last", "this", "next"] as const;

export function ValueEditor(props: ValueEditorProps) {
  const { field, op, value, onChange, onDone, autoFocus = false } = props;
  const { t } = useTranslation();
  if (op === "within") return <Within {...props} />;
  if (op === "between") {
    const [low, high] = Array.isArray(value) ? (value as unknown[]) : [null, null];
    return (
      <div className={style["pair"]}>
        <One {...props} value={low ?? null} onChange={(next) => { onChange([next, high ?? null]); }} />
        <span>–</span>
        <One {...props} autoFocus={false} value={high ?? null} onChange={(next) => { onChange([low ?? null, next]); }} />
      </div>
    );
  }
  const many = op === "in" || op === "not_in";
  if (field.options !== null && field.options.length > 0 && field.kind !== "tags") {
    const keys = Array.isArray(value) ? value.map(String) : value === null || value === undefined ? [] : [String(value)];
    return (
      <Picker options={pickerOptions(field)} chosen={keys} multiple={many} clearable={false} placeholder={t("common.choose")} autoFocus={autoFocus} label={field.label}
        text={keys.map((key) => field.options?.find((option) => option.key === key)?.label ?? key).join(", ")}
        onPick={(next) => { onChange(many ? next : (next[0] ?? null)); }} onCommit={onDone} onCancel={onDone} />
    );
  }
  if (field.to !== null) return <Records {...props} many={many} />;
  if (many)
    return <TextInput defaultValue={Array.isArray(value) ? value.join(", ") : ""} autoFocus={autoFocus} aria-label={field.label}
      onText={(text) => { onChange(splitList(text).map((part) => (kindOf(field).line === true ? part : kindOf(field).parse(part, field)))); }}
      onCommit={onDone} />;
  return <One {...props} />;
}

function One({ field, op, value, onChange, onDone, autoFocus = false }: ValueEditorProps) {
  const { t } = useTranslation();
  if (field.type === "boolean")
    return (
      <Picker options={[{ key: "true", label: t("kinds.yes") }, { key: "false", label: t("kinds.no") }]} autoFocus={autoFocus} clearable={false}
        chosen={[String(value)]} text={value === true ? t("kinds.yes") : value === false ? t("kinds.no") : ""} label={field.label}
        onPick={([key]) => { onChange(key === "true"); }} onCommit={onDone} onCancel={onDone} />
    );
  if (kindOf(field).line === true || field.type === "text" || op === "contains" || op === "not_contains")
    return <TextInput value={typeof value === "string" ? value : ""} autoFocus={autoFocus} aria-label={field.label} onText={onChange} onCommit={onDone} />;
  const { Editor } = kindOf(field);
  return <Editor field={field} value={value} onChange={onChange} onCommit={onDone} onCancel={onDone} autoFocus={autoFocus} />;
}

function Records({ field, value, onChange, onDone, autoFocus = false, many }: ValueEditorProps & { many: boolean }) {
  const to = field.to ?? [];
  const ids = Array.isArray(value) ? value.map(String) : typeof value === "string" ? [value] : [];
  const chosen: Reference[] = ids.map((id) => ({ object: to[0] ?? "", id }));
  const titles = useTitles(field, ids);
  return (
    <RecordPicker to={to} chosen={chosen} multiple={many} clearable={false} autoFocus={autoFocus} text={titles.join(", ")} label={field.label}
      onPick={(found) => { onChange(many ? found.map(({ id }) => id) : (found[0]?.id ?? null)); }} onCommit={onDone} onCancel={onDone} />
  );
}

function Within({ value, onChange, onDone, autoFocus }: ValueEditorProps) {
  const { t } = useTranslation();
  const given = typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  const span = SPANS.find((one) => one in given) ?? "last";
  const count = Number(given[span] ?? 30);
  const unit = UNITS.find((one) => one === given["unit"]) ?? "day";
  const put = (nextSpan: string, nextCount: number, nextUnit: string) => {
    onChange({ [nextSpan]: nextSpan === "this" ? 1 : nextCount, unit: nextUnit });
  };
  return (
    <div className={style["pair"]}>
      <select className={style["select"]} value={span} aria-label={t("filter.span")} autoFocus={autoFocus}
        onChange={(event) => { put(event.currentTarget.value, count, unit); }}>
        {SPANS.map((one) => <option key={one} value={one}>{t(`filter.${one}`)}</option>)}
      </select>
      {span !== "this" && (
        <TextInput type="number" min={1} defaultValue={count} aria-label={t("filter.number")} className={style["count"] ?? ""} onCommit={onDone}
          onText={(text) => { if (Number(text) >= 1) put(span, Math.floor(Number(text)), unit); }} />
      )}
      <select className={style["select"]} value={unit} aria-label={t("filter.unit")}
        onChange={(event) => { put(span, count, event.currentTarget.value); }}>
        {UNITS.map((one) => <option key={one} value={one}>{t(`filter.unit_${one}`, { count: span === "this" ? 1 : count })}</option>)}
      </select>
    </div>
  );
}
