/** The views of an object as tabs, and what changes the shown one: grouping, order, columns. */
import { Menu } from "@mantine/core";
import { IconArrowsSort, IconColumns3, IconLayoutKanban, IconLayoutRows, IconTable } from "@tabler/icons-react";
import type { KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { useCatalog } from "../api/queries.ts";
import type { Obj } from "../api/types.ts";
import { fieldAt, listable } from "../lib/fields.ts";
import type { ListState } from "../lib/listState.ts";
import { usePast } from "../lib/past.ts";
import type { ListSearch } from "../lib/search.ts";
import { Button } from "../ui/Button.tsx";
import { isGroupable } from "../views/table/groups.ts";
import style from "./objectPage.module.css";
import { PastMenu } from "./PastMenu.tsx";

interface ViewBarProps {
  object: Obj;
  list: ListState;
  onChange(patch: ListSearch): void;
}

/** What another view starts with: nothing of what was changed in the one before. */
const FRESH = { filter: undefined, sort: undefined, group: undefined, columns: undefined, sums: undefined };

export function ViewBar({ object, list, onChange }: ViewBarProps) {
  const { t } = useTranslation();
  const past = usePast();
  const show = (name: string) => { onChange({ ...(FRESH as unknown as ListSearch), view: name }); };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by === undefined) return;
    const tabs = [...event.currentTarget.querySelectorAll<HTMLElement>('[role="tab"]')];
    const next = tabs[(tabs.indexOf(document.activeElement as HTMLElement) + by + tabs.length) % tabs.length];
    next?.focus();
    next?.click();
  };
  return (
    <div className={style["views"]}>
      <div role="tablist" aria-label={t("table.views")} className={style["tabs"]} onKeyDown={onKeyDown}>
        {object.views.map((view) => {
          const Drawn = view.type === "board" ? IconLayoutKanban : IconTable;
          const active = view.name === list.view.name;
          return (
            <button key={view.name} type="button" role="tab" aria-selected={active} tabIndex={active ? 0 : -1} className={style["tab"]}
              onClick={() => { show(view.name); }}>
              <Drawn size={16} stroke={1.75} aria-hidden />{view.label}
            </button>
          );
        })}
      </div>
      <div className={style["tools"]}>
        <GroupMenu object={object} list={list} onChange={onChange} />
        {list.view.type === "table" && <SortMenu object={object} list={list} onChange={onChange} />}
        {list.view.type === "table" && <ColumnsMenu object={object} list={list} onChange={onChange} />}
        <PastMenu moment={past} onChange={(moment) => { onChange({ as_of: moment, q: "" }); }} />
      </div>
    </div>
  );
}

function GroupMenu({ object, list, onChange }: ViewBarProps) {
  const { t } = useTranslation();
  const board = list.view.type === "board";
  const fields = listable(object).filter((field) => (board ? field.kind === "choice" && field.groupable : isGroupable(field)));
  const grouped = fields.find(({ name }) => name === list.group);
  return (
    <Menu position="bottom-end" transitionProps={{ duration: 0 }}>
      <Menu.Target>
        <Button small look="quiet" aria-label={t("table.group")} aria-pressed={grouped !== undefined && !board}
          icon={<IconLayoutRows size={16} stroke={1.75} aria-hidden />}>
          <span>{grouped === undefined ? t("table.group") : t("table.grouped", { field: grouped.label })}</span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown className={style["fields"] ?? ""}>
        {!board && <Menu.RadioItem value="" checked={grouped === undefined} onChange={() => { onChange({ group: "" }); }}>{t("table.no_group")}</Menu.RadioItem>}
        {fields.map(({ name, label }) => (
          <Menu.RadioItem key={name} value={name} checked={name === list.group} onChange={() => { onChange({ group: name }); }}>{label}</Menu.RadioItem>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function SortMenu({ object, list, onChange }: ViewBarProps) {
  const { t } = useTranslation();
  const catalog = useCatalog();
  const first = list.sort[0]?.replace(/^-/, "");
  const sorted = first === undefined ? undefined : fieldAt(object, first, catalog);
  const falling = list.sort[0]?.startsWith("-") === true;
  return (
    <Menu position="bottom-end" transitionProps={{ duration: 0 }}>
      <Menu.Target>
        <Button small look="quiet" aria-label={t("table.sort")} icon={<IconArrowsSort size={16} stroke={1.75} aria-hidden />}>
          <span>{sorted === undefined ? t("table.sort") : t("table.sorted", { field: sorted.label })}</span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown className={style["fields"] ?? ""}>
        {sorted !== undefined && first !== undefined && (
          <>
            <Menu.RadioItem value="rising" checked={!falling} onChange={() => { onChange({ sort: first }); }}>{t("table.rising")}</Menu.RadioItem>
            <Menu.RadioItem value="falling" checked={falling} onChange={() => { onChange({ sort: `-${first}` }); }}>{t("table.falling")}</Menu.RadioItem>
            <Menu.Item onClick={() => { onChange({ sort: "" }); }}>{t("table.no_sort")}</Menu.Item>
            <Menu.Divider />
          </>
        )}
        {listable(object).filter(({ sortable }) => sortable).map(({ name, label }) => (
          <Menu.RadioItem key={name} value={name} checked={name === first} onChange={() => { onChange({ sort: falling ? `-${name}` : name }); }}>{label}</Menu.RadioItem>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function ColumnsMenu({ object, list, onChange }: ViewBarProps) {
  const { t } = useTranslation();
  const catalog = useCatalog();
  const own = listable(object);
  const other = list.columns.flatMap((key) => (own.some(({ name }) => name === key) ? [] : (fieldAt(object, key, catalog) ?? [])));
  const toggle = (name: string) => {
    const columns = list.columns.includes(name) ? list.columns.filter((one) => one !== name) : [...list.columns, name];
    onChange({ columns: columns.join(",") });
  };
  return (
    <Menu position="bottom-end" closeOnItemClick={false} transitionProps={{ duration: 0 }}>
      <Menu.Target>
        <Button small look="quiet" aria-label={t("table.columns")} icon={<IconColumns3 size={16} stroke={1.75} aria-hidden />}>
          <span>{t("table.columns")}</span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown className={style["fields"] ?? ""}>
        {[...other, ...own].filter(({ name }) => name !== object.title).map(({ name, label }) => (
          <Menu.CheckboxItem key={name} checked={list.columns.includes(name)} onChange={() => { toggle(name); }}>{label}</Menu.CheckboxItem>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
