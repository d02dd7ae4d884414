/** Ctrl+K: find a record, go somewhere, make something, change a setting. */
import { FocusTrap, Portal, RemoveScroll } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconSearch, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { searchQuery, useCatalog } from "../../api/queries.ts";
import { seen } from "../../lib/seen.ts";
import type { Hit } from "../../api/types.ts";
import { capsOf } from "../../commands/keys.ts";
import { type Command, useOffered } from "../../commands/registry.ts";
import { Avatar, Glyph } from "../../ui/Avatar.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { Kbd } from "../../ui/Kbd.tsx";
import { Marked } from "./Marked.tsx";
import style from "./palette.module.css";

interface Row {
  id: string;
  heading: string;
  node: ReactNode;
  keys?: string;
  run(newTab: boolean): void;
}

const PEOPLE = new Set(["contact", "lead", "user"]);
const GROUPS = ["list", "table", "go", "create", "settings"] as const;

export function Palette({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [q, setQ] = useState("");
  const [active, setActive] = useState(0);
  const listId = useId();
  const list = useRef<HTMLDivElement>(null);
  const before = useRef<Element | null>(document.activeElement);
  const { rows, searching } = useRows(q);
  const at = Math.min(active, Math.max(rows.length - 1, 0));

  useEffect(() => {
    const returnTo = before.current;
    return () => { if (returnTo instanceof HTMLElement) returnTo.focus({ preventScroll: true }); };
  }, []);

  const take = (row: Row | undefined, newTab: boolean) => {
    if (row === undefined) return;
    onClose();
    row.run(newTab);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const next = rows.length === 0 ? 0 : (at + (event.key === "ArrowDown" ? 1 : rows.length - 1)) % rows.length;
      setActive(next);
      list.current?.querySelector(`[data-at="${String(next)}"]`)?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter") {
      event.preventDefault();
      take(rows[at], event.ctrlKey || event.metaKey);
    } else if (event.key === "Escape") {
      event.preventDefault();
      if (q === "") onClose();
      else setQ("");
    }
  };

  return (
    <Portal>
      <RemoveScroll>
        <div className={style["scrim"]} onMouseDown={(event) => { if (event.target === event.currentTarget) onClose(); }}>
          <FocusTrap>
            <div role="dialog" aria-modal aria-label={t("palette.title")} className={style["palette"]} onKeyDown={onKeyDown}>
              <div className={style["query"]}>
                <IconSearch size={18} stroke={1.75} aria-hidden />
                <input data-autofocus role="combobox" aria-expanded aria-controls={listId} aria-autocomplete="list" autoComplete="off"
                  aria-label={t("palette.placeholder")} placeholder={t("palette.placeholder")} value={q}
                  {...(rows.length > 0 ? { "aria-activedescendant": `${listId}-${String(at)}` } : {})}
                  onChange={(event) => { setQ(event.currentTarget.value); setActive(0); }} />
                <button type="button" tabIndex={-1} className={style["close"]} aria-label={t("common.close")} onClick={onClose}>
                  <Kbd>Esc</Kbd><IconX size={20} stroke={1.75} aria-hidden />
                </button>
              </div>
              <div ref={list} id={listId} role="listbox" aria-label={t("palette.title")} className={style["list"]}>
                {rows.map((row, index) => (
                  <div key={row.id} role="presentation">
                    {rows[index - 1]?.heading !== row.heading && <div role="presentation" className={style["heading"]}>{row.heading}</div>}
                    <div id={`${listId}-${String(index)}`} data-at={index} role="option" aria-selected={index === at} className={style["row"]}
                      onMouseMove={() => { setActive(index); }} onClick={(event) => { take(row, event.ctrlKey || event.metaKey); }}>
                      {row.node}
                      {row.keys !== undefined && <span className={style["end"]}>{capsOf(row.keys).map((cap) => <Kbd key={cap}>{cap}</Kbd>)}</span>}
                    </div>
                  </div>
                ))}
              </div>
              {rows.length === 0 && !searching && <p role="status" className={style["none"]}>{t("palette.none", { q })}</p>}
              <div className={style["foot"]} aria-hidden>
                <span><Kbd>↑</Kbd> <Kbd>↓</Kbd> {t("palette.move")}</span>
                <span><Kbd>↵</Kbd> {t("palette.enter")}</span>
                <span><Kbd>{capsOf("mod+enter").join(" ")}</Kbd> {t("palette.new_tab")}</span>
              </div>
            </div>
          </FocusTrap>
        </div>
      </RemoveScroll>
    </Portal>
  );
}

function useRows(q: string): { rows: Row[]; searching: boolean } {
  const { t } = useTranslation();
  const { objects } = useCatalog();
  const navigate = useNavigate();
  const [asked] = useDebouncedValue(q.trim(), 60);
  const hits = useQuery({ ...searchQuery(asked), placeholderData: (before: Hit[] | undefined) => before });
  const commands = useOffered();
  const wanted = q.trim().toLocaleLowerCase();
  const found = wanted === "" ? [] : (hits.data ?? []);
  const fitting = commands.filter(({ id, run, label }) =>
    run !== undefined && id !== "palette" && (wanted === "" || label.toLocaleLowerCase().includes(wanted)));
  const rows = [
    ...found.map((hit): Row => {
      const object = objects.find(({ name }) => name === hit.object);
      return {
        id: `${hit.object} ${hit.id}`,
        heading: t("palette.records"),
        run: (newTab) => {
          if (newTab) window.open(`/o/${hit.object}/${hit.id}`, "_blank", "noopener");
          else void navigate({ to: "/o/$object/$id", params: { object: hit.object, id: hit.id } });
        },
        node: (
          <>
            {PEOPLE.has(hit.object) ? <Avatar name={hit.title} id={hit.id} /> : <Glyph icon={object?.icon ?? null} colour={object?.colour ?? null} />}
            <span className="cut"><Marked text={seen(hit.title) || t("table.untitled")} q={wanted} /></span>
            <span className={`cut ${style["side"] ?? ""}`}>{object?.label}</span>
          </>
        ),
      };
    }),
    ...GROUPS.flatMap((group) => fitting.filter((command) => command.group === group)
      .map((command) => rowOf(command, t(`palette.group_${group}`), wanted))),
  ];
  return { rows, searching: q.trim() !== asked || hits.isFetching };
}

function rowOf(command: Command, heading: string, q: string): Row {
  return {
    id: command.id,
    heading,
    run: () => { command.run?.(); },
    ...(command.keys === undefined ? {} : { keys: command.keys }),
    node: (
      <>
        <span className={style["icon"]}><Icon name={command.icon} /></span>
        <span className="cut"><Marked text={command.label} q={q} /></span>
      </>
    ),
  };
}
