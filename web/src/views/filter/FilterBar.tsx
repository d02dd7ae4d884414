/** The filter of a list as chips, with a way to add one and to search by words. */
import { IconSearch, IconX } from "@tabler/icons-react";
import { useDebouncedCallback } from "@mantine/hooks";
import { type RefObject, useState } from "react";
import { useTranslation } from "react-i18next";
import { inSentence } from "../../lib/i18n.ts";
import { usePast } from "../../lib/past.ts";
import { Button } from "../../ui/Button.tsx";
import { Conditions, type ConditionsProps } from "./Conditions.tsx";
import style from "./filter.module.css";

interface FilterBarProps extends ConditionsProps {
  q: string;
  changed: boolean;
  search: RefObject<HTMLInputElement | null>;
  onQ(q: string): void;
  onReset(): void;
}

export function FilterBar(props: FilterBarProps) {
  const { t } = useTranslation();
  const past = usePast();
  return (
    <div role="toolbar" aria-label={t("filter.bar")} className={style["bar"]}>
      {past === null && <SearchBox {...props} />}
      <Conditions {...props} />
      {props.changed && (
        <span className={style["changed"]}>
          <span>{t("filter.changed")}</span>
          <Button small look="quiet" onClick={props.onReset}>{t("filter.reset")}</Button>
        </span>
      )}
    </div>
  );
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
