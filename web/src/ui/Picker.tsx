/** Choosing one or several from a list by typing or by arrows; the list may come from the server. */
import { Popover } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import { type KeyboardEvent, type ReactNode, type SyntheticEvent, useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { classes } from "../lib/classes.ts";
import style from "./input.module.css";

export interface PickerOption {
  key: string;
  label: string;
  node?: ReactNode;
}

export interface PickerProps {
  options: PickerOption[];
  /** Keys of what is chosen now. */
  chosen: string[];
  /** What the closed field shows. */
  text: string;
  multiple?: boolean;
  clearable?: boolean;
  onPick(keys: string[]): void;
  /** When given, the caller answers the query; otherwise labels are filtered here. */
  onQuery?: (query: string) => void;
  /** When given, a text that matches nothing may be taken as it is. */
  onNew?: (text: string) => void;
  onCommit?: () => void;
  onCancel?: () => void;
  autoFocus?: boolean;
  invalid?: boolean;
  id?: string;
  label?: string;
  placeholder?: string;
}

const CLEAR = "\u0000clear";
const NEW = "\u0000new";

export function Picker(props: PickerProps) {
  const { chosen, multiple = false, clearable = true, onPick, autoFocus = false } = props;
  const { t } = useTranslation();
  const [open, setOpen] = useState(autoFocus);
  const [query, setQuery] = useState("");
  const [active, setActive] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const listId = useId();

  useEffect(() => {
    if (autoFocus) input.current?.focus();
  }, [autoFocus]);

  const rows = rowsOf(props, query, t("common.clear"), (text) => t("common.add_new", { text }), clearable);
  const at = Math.min(active, rows.length - 1);

  const ask = (text: string) => {
    setQuery(text);
    setActive(0);
    setOpen(true);
    props.onQuery?.(text);
  };
  const take = (key: string) => {
    if (key === NEW) props.onNew?.(query.trim());
    else if (key === CLEAR) onPick([]);
    else if (multiple) onPick(chosen.includes(key) ? chosen.filter((one) => one !== key) : [...chosen, key]);
    else onPick([key]);
    setQuery("");
    props.onQuery?.("");
    if (!multiple) { setOpen(false); props.onCommit?.(); }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      event.stopPropagation();
      if (!open) { setOpen(true); return; }
      const step = event.key === "ArrowDown" ? 1 : rows.length - 1;
      const next = rows.length === 0 ? 0 : (at + step) % rows.length;
      setActive(next);
      list.current?.children[next]?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter") {
      if (!open) { props.onCommit?.(); return; }
      event.preventDefault();
      event.stopPropagation();
      const row = rows[at];
      if (multiple && query === "" && active === 0 && chosen.length > 0) { setOpen(false); props.onCommit?.(); }
      else if (row !== undefined) take(row.key);
    } else if (event.key === "Escape" && (open || props.onCancel !== undefined)) {
      event.preventDefault();
      event.stopPropagation();
      setOpen(false);
      setQuery("");
      props.onCancel?.();
    } else if (event.key === "Tab") {
      setOpen(false);
    }
  };

  return (
    <Popover opened={open} onChange={setOpen} position="bottom-start" offset={4} width="target" trapFocus={false}
      middlewares={{ flip: true, shift: true }} transitionProps={{ duration: 0 }} withinPortal withRoles={false}
      classNames={{ dropdown: style["drop"] ?? "" }} closeOnEscape={false}>
      <Popover.Target popupType="listbox">
        <input ref={input} id={props.id} type="text" role="combobox" autoComplete="off" data-autofocus={autoFocus ? true : undefined} aria-expanded={open}
          aria-controls={open ? listId : undefined} aria-autocomplete="list" aria-label={props.label}
          aria-activedescendant={open && at >= 0 ? `${listId}-${String(at)}` : undefined}
          aria-invalid={props.invalid === true ? true : undefined} className={classes(style["input"])}
          placeholder={props.text !== "" ? props.text : props.placeholder}
          value={open ? query : props.text}
          onChange={(event) => { ask(event.currentTarget.value); }}
          onClick={() => { setOpen(true); }}
          onBlur={() => { setOpen(false); setQuery(""); }}
          onKeyDown={onKeyDown} />
      </Popover.Target>
      <Popover.Dropdown p={0} miw={200} data-picker onMouseDown={keep} onTouchStart={keep}>
        <ul ref={list} id={listId} role="listbox" aria-label={props.label ?? props.placeholder ?? t("common.choose")}
          aria-multiselectable={multiple || undefined} className={style["list"]}
          onMouseDown={(event) => { event.preventDefault(); }}>
          {rows.map((row, index) => (
            <li key={row.key} id={`${listId}-${String(index)}`} role="option" className={style["option"]}
              aria-selected={chosen.includes(row.key)} data-active={index === at}
              onMouseMove={() => { setActive(index); }} onClick={() => { take(row.key); }}>
              <span className="cut">{row.node ?? row.label}</span>
              {chosen.includes(row.key) && <IconCheck size={14} stroke={3} aria-hidden />}
            </li>
          ))}
          {rows.length === 0 && <li role="option" aria-selected={false} aria-disabled className={style["none"]}>{t("common.nothing_found")}</li>}
        </ul>
      </Popover.Dropdown>
    </Popover>
  );
}

/** A popover around this field listens on the document for clicks outside it; the list is drawn there and still belongs to it. */
function keep(event: SyntheticEvent): void {
  event.stopPropagation();
}

function rowsOf(
  { options, chosen, onQuery, onNew, multiple }: PickerProps,
  query: string, clear: string, fresh: (text: string) => string, clearable: boolean,
): PickerOption[] {
  const wanted = query.trim().toLocaleLowerCase();
  const found = onQuery !== undefined || wanted === ""
    ? [...options]
    : options.filter(({ label }) => label.toLocaleLowerCase().includes(wanted));
  const known = options.some(({ label }) => label.toLocaleLowerCase() === wanted);
  if (onNew !== undefined && wanted !== "" && !known) found.push({ key: NEW, label: fresh(query.trim()) });
  if (clearable && multiple !== true && chosen.length > 0 && wanted === "") found.push({ key: CLEAR, label: clear });
  return found;
}
