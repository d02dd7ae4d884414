/** The parts of a filter as chips, with a way to add one. */
import { IconFilter } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Filter, Obj } from "../../api/types.ts";
import { firstCondition, isCondition, joinParts, partsOf } from "../../lib/filter.ts";
import { Button } from "../../ui/Button.tsx";
import { FieldPicker } from "./FieldPicker.tsx";
import { FilterChip } from "./FilterChip.tsx";
import style from "./filter.module.css";
import { GroupChip } from "./GroupChip.tsx";

export interface ConditionsProps {
  object: Obj;
  filter: Filter | null;
  adding: boolean;
  onAdding(adding: boolean): void;
  onFilter(filter: Filter | null): void;
}

export function Conditions({ object, filter, onFilter, adding, onAdding }: ConditionsProps) {
  const { t } = useTranslation();
  const parts = partsOf(filter);
  const [fresh, setFresh] = useState<Filter | null>(null);
  const put = (at: number, part: Filter | null) => {
    onFilter(joinParts(parts.flatMap((one, index) => (index === at ? (part ?? []) : one))));
  };
  const addFresh = (part: Filter | null) => {
    setFresh(null);
    if (part !== null) onFilter(joinParts([...parts, part]));
  };
  return (
    <>
      {parts.map((part, at) => (
        <Part key={`${String(at)} ${JSON.stringify(part)}`} object={object} part={part} fresh={false} onPart={(next) => { put(at, next); }} />
      ))}
      {fresh !== null && <Part object={object} part={fresh} fresh onPart={addFresh} />}
      {adding
        ? (
          <span className={style["adding"]}>
            <FieldPicker object={object} onCancel={() => { onAdding(false); }} onPick={(field) => {
              onAdding(false);
              setFresh(firstCondition(field));
            }} />
          </span>
        )
        : (
          <>
            <Button small look="quiet" icon={<IconFilter size={16} stroke={1.75} aria-hidden />} onClick={() => { onAdding(true); }}>{t("filter.add")}</Button>
            <Button small look="quiet" onClick={() => { setFresh({ any: [] }); }}>{t("filter.add_any")}</Button>
          </>
        )}
    </>
  );
}

function Part({ object, part, fresh, onPart }: { object: Obj; part: Filter; fresh: boolean; onPart(part: Filter | null): void }) {
  const rest = { object, fresh, onRemove: () => { onPart(null); } };
  return isCondition(part)
    ? <FilterChip {...rest} condition={part} onChange={onPart} />
    : <GroupChip {...rest} filter={part} onChange={onPart} />;
}
