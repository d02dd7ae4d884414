/** The fields of one section of a form, under its heading. */
import { FieldRow } from "./FieldRow.tsx";
import css from "./form.module.css";
import { isWide, type FormSection } from "./formFields.ts";

interface SectionProps {
  section: FormSection;
  values: Record<string, unknown>;
  faults: Record<string, string[]>;
  focus: string | null;
  onChange: (name: string, value: unknown) => void;
  onCancel: () => void;
}

export function Section({ section, values, faults, focus, onChange, onCancel }: SectionProps) {
  const ordered = [...section.fields.filter((field) => !isWide(field)), ...section.fields.filter(isWide)];
  return (
    <>
      {section.label !== null && <h3 className={css["heading"]}>{section.label}</h3>}
      <div className={css["grid"]}>
        {(section.label === null ? section.fields : ordered).map((field) => (
          <FieldRow
            key={field.name}
            field={field}
            wide={isWide(field) || (section.label === null && field === section.fields[0])}
            value={values[field.name] ?? null}
            faults={faults[field.name] ?? []}
            autoFocus={field.name === focus}
            onChange={(value) => { onChange(field.name, value); }}
            onCancel={onCancel}
          />
        ))}
      </div>
    </>
  );
}
