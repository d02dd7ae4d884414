/** The fields of one section of a form, under its heading. */
import type { Standing } from "../../lib/standing.ts";
import { FieldRow } from "./FieldRow.tsx";
import css from "./form.module.css";
import { isWide, type FormSection } from "./formFields.ts";

interface SectionProps {
  section: FormSection;
  values: Record<string, unknown>;
  standing: Standing;
  faults: Record<string, string[]>;
  focus: string | null;
  onChange: (name: string, value: unknown) => void;
  onCancel: () => void;
}

export function Section({ section, values, standing, faults, focus, onChange, onCancel }: SectionProps) {
  const fields = section.fields.filter(({ name }) => !standing.hidden.has(name));
  const ordered = [...fields.filter((field) => !isWide(field)), ...fields.filter(isWide)];
  if (fields.length === 0) return null;
  const said = (name: string): string[] => [...new Set([...(faults[name] ?? []), ...(standing.faults[name] ?? [])])];
  return (
    <>
      {section.label !== null && <h3 className={css["heading"]}>{section.label}</h3>}
      <div className={css["grid"]}>
        {(section.label === null ? fields : ordered).map((field) => (
          <FieldRow
            key={field.name}
            field={field}
            wide={isWide(field) || (section.label === null && field === fields[0])}
            required={standing.required.has(field.name)}
            locked={standing.locked.has(field.name)}
            value={standing.defaults[field.name] ?? values[field.name] ?? null}
            faults={said(field.name)}
            autoFocus={field.name === focus}
            onChange={(value) => { onChange(field.name, value); }}
            onCancel={onCancel}
          />
        ))}
      </div>
    </>
  );
}
