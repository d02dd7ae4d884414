/** The middle of a record page: its text, the lists of what belongs to it, and the newest changes. */
import type { Inverse, Obj, RecordValues } from "../../api/types.ts";
import { kindOf } from "../../kinds/registry.ts";
import { t } from "../../lib/i18n.ts";
import { Button } from "../../ui/Button.tsx";
import { History } from "./History.tsx";
import { Related, type Adding } from "./Related.tsx";
import css from "./record.module.css";

interface Props {
  object: Obj;
  record: RecordValues;
  lists: Inverse[];
  compact: boolean;
  onAdd: (adding: Adding) => void;
  onHistory: () => void;
}

export function Overview({ object, record, lists, compact, onAdd, onHistory }: Props) {
  const texts = object.fields.flatMap((field) => {
    const { Prose, isEmpty } = kindOf(field);
    return Prose === undefined || field.name === object.title || isEmpty(record[field.name]) ? [] : { field, Prose };
  });
  return (
    <div className={css["stack"]}>
      {texts.map(({ field, Prose }) => (
        <section key={field.name}>
          <h2 className={css["heading"]}>{field.label}</h2>
          <Prose field={field} value={record[field.name]} record={record} />
        </section>
      ))}
      {lists.map((inverse) => <Related key={inverse.name} inverse={inverse} id={record.id} compact={compact} onAdd={onAdd} />)}
      <section>
        <h2 className={css["heading"]}>{t("record.latest")}</h2>
        <History object={object} id={record.id} most={3} />
        <Button look="quiet" small onClick={onHistory}>{t("record.all_history")}</Button>
      </section>
    </div>
  );
}
