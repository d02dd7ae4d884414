/** A group of conditions of which any (or all) must hold: one dashed chip that opens its builder. */
import { Popover } from "@mantine/core";
import { IconChevronDown, IconX } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Condition, Filter, Obj } from "../../api/types.ts";
import { completed, readGroup, writeGroup } from "../../lib/filter.ts";
import { Button } from "../../ui/Button.tsx";
import style from "./filter.module.css";

const Rules = lazy(() => import("./Rules.tsx"));

export function GroupChip({ object, filter, fresh, onChange, onRemove }: {
  object: Obj;
  filter: Exclude<Filter, Condition>;
  fresh: boolean;
  onChange(filter: Filter): void;
  onRemove(): void;
}) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(fresh);
  const { mode, rules } = readGroup(filter);
  const [draft, setDraft] = useState(rules);
  const close = () => {
    setOpen(false);
    const kept = completed(writeGroup(mode, draft));
    if (kept === null) onRemove();
    else onChange(kept);
  };
  return (
    <Popover opened={open} onChange={(next) => { if (!next) close(); }} position="bottom-start" withinPortal trapFocus width={420}
      transitionProps={{ duration: 0 }}>
      <span className={style["chip"]} data-group>
        <Popover.Target>
          <button type="button" className={style["main"]} onClick={() => { if (open) close(); else { setDraft(rules); setOpen(true); } }}>
            <span className={style["field"]}>{t(`filter.mode_${mode}`)}</span>
            <span className={style["value"]}>{t("filter.rules", { count: rules.length })}</span>
            <IconChevronDown size={14} stroke={1.75} aria-hidden />
          </button>
        </Popover.Target>
          <button type="button" className={style["remove"]} aria-label={t("filter.remove_group")} onClick={onRemove}>
            <IconX size={14} stroke={1.75} aria-hidden />
          </button>
      </span>
      <Popover.Dropdown aria-label={t("filter.group")}>
        <Suspense><Rules object={object} rules={draft} onChange={setDraft} /></Suspense>
        <footer className={style["foot"]}><Button small look="primary" onClick={close}>{t("filter.apply")}</Button></footer>
      </Popover.Dropdown>
    </Popover>
  );
}
