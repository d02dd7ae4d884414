/** The filter of a list as chips, with a way to add one and to search by words. */
import { IconFilter, IconSearch, IconX } from "@tabler/icons-react";
import { useDebouncedCallback } from "@mantine/hooks";
import { type RefObject, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Filter, Obj } from "../../api/types.ts";
import { firstOperator, isCondition, joinParts, partsOf } from "../../lib/filter.ts";
import { inSentence } from "../../lib/i18n.ts";
import { usePast } from "../../lib/past.ts";
import { Button } from "../../ui/Button.tsx";
import { FieldPicker } from "./FieldPicker.tsx";
import { FilterChip } from "./FilterChip.tsx";
import style from "./filter.module.css";
import { GroupChip } from "./GroupChip.tsx";

interface FilterBarProps {
  object: Obj;
  filter: Filter | null;
  q: string;
  changed: boolean;
  search: RefObject<HTMLInputElement | null>;
  adding: boolean;
  onAdding(adding: boolean): void;
  onFilter(filter: Filter | null): void;
  onQ(q: string): void;
  onReset(): void;
}

export function FilterBar(props: FilterBarProps) {
  const { object, filter, onFilter, adding, onAdding } = props;
  const { t } = useTranslation();
  const past = usePast();
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
    <div role="toolbar" aria-label={t("filter.bar")} className={style["bar"]}>
      {past === null && <SearchBox {...props} />}
      {parts.map((part, at) => (
        <Part key={`${String(at)} ${JSON.stringify(part)}`} object={object} part={part} fresh={false} onPart={(next) => { put(at, next); }} />
      ))}
      {fresh !== null && <Part object={object} part={fresh} fresh onPart={addFresh} />}
      {adding
        ? (
          <span className={style["adding"]}>
            <FieldPicker object={object} onCancel={() => { onAdding(false); }} onPick={(field) => {
              onAdding(false);
              setFresh({ field: field.name, op: firstOperator(field), value: null });
            }} />
          </span>
        )
        : (
          <>
            <Button small look="quiet" icon={<IconFilter size={16} stroke={1.75} aria-hidden />} onClick={() => { onAdding(true); }}>{t("filter.add")}</Button>
            <Button small look="quiet" onClick={() => { setFresh({ any: [] }); }}>{t("filter.add_any")}</Button>
          </>
        )}
      {props.changed && (
        <span className={style["changed"]}>
          <span>{t("filter.changed")}</span>
          <Button small look="quiet" onClick={props.onReset}>{t("filter.reset")}</Button>
        </span>
      )}
    </div>
  );
}

function Part({ object, part, fresh, onPart }: { object: Obj; part: Filter; fresh: boolean; onPart(part: Filter | null): void }) {
  const rest = { object, fresh, onRemove: () => { onPart(null); } };
  return isCondition(part)
    ? <FilterChip {...rest} condition={part} onChange={onPart} />
    : <GroupChip {...rest} filter={part} onChange={onPart} />;
}

function SearchBox({ object, q, search, onQ }: FilterBarProps) {
  const { t } = useTranslation();
  const [text, setText] = useState({ q, shown: q });
  if (text.q !== q) setText({ q, shown: q });
  const tell = useDebouncedCallback(onQ, 200);
  return (
    <span className={style["search"]}>
      <IconSearch size={14} stroke={1.75} aria-hidden />
      <input ref={search} type="text" role="searchbox" value={text.shown} placeholder={t("filter.search")} aria-label={t("filter.search_in", { plural: inSentence(object.plural) })}
        onChange={(event) => { setText({ q, shown: event.currentTarget.value }); tell(event.currentTarget.value); }}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          if (text.shown === "") event.currentTarget.blur();
          else { setText({ q, shown: "" }); onQ(""); }
        }} />
      {text.shown !== "" && (
        <button type="button" aria-label={t("common.clear")} onClick={() => { setText({ q, shown: "" }); onQ(""); }}><IconX size={14} aria-hidden /></button>
      )}
    </span>
  );
}
