/** One to five stars; a group of radio buttons that arrows and digits steer. */
import { IconStar, IconStarFilled, IconX } from "@tabler/icons-react";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { t } from "../lib/i18n.ts";
import { type EditorProps, isBlank, type Kind } from "./kind.ts";
import { plainText } from "./lineKind.tsx";
import { editNumber, parseNumber } from "./number.ts";
import style from "./rating.module.css";

const STEPS = [1, 2, 3, 4, 5] as const;
const MOVES: Record<string, number> = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 };

function starsIn(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

function Stars({ count }: { count: number }) {
  return STEPS.map((step) => (step <= count
    ? <IconStarFilled key={step} size={15} aria-hidden className={style["full"]} />
    : <IconStar key={step} size={15} stroke={1.5} aria-hidden className={style["hollow"]} />));
}

function Editor({ field, value, onChange, onCommit, onCancel, autoFocus, invalid, id }: EditorProps) {
  const [chosen, setChosen] = useState(() => starsIn(value));
  const group = useRef<HTMLSpanElement>(null);
  const reachable = chosen === 0 ? 1 : chosen;
  const focus = (step: number) => { group.current?.querySelectorAll<HTMLElement>("[role=radio]")[step - 1]?.focus(); };
  const take = (step: number) => {
    setChosen(step);
    onChange(step === 0 ? null : step);
    focus(Math.max(step, 1));
  };
  useEffect(() => {
    if (autoFocus === true) focus(reachable);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- only when it appears
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); onCancel(); return; }
    if (event.key === "Enter") { event.preventDefault(); onCommit(); return; }
    const move = MOVES[event.key];
    const step = move !== undefined ? Math.min(Math.max(chosen + move, 1), STEPS.length)
      : event.key === " " ? Number((event.target as HTMLElement).dataset["step"] ?? chosen)
        : /^[0-5]$/.test(event.key) ? Number(event.key) : event.key === "Delete" || event.key === "Backspace" ? 0 : null;
    if (step === null || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    take(step);
  };
  return (
    <span className={style["editor"]} data-invalid={invalid === true ? true : undefined} onKeyDown={onKeyDown}>
      <span ref={group} role="radiogroup" aria-label={field.label} aria-invalid={invalid === true ? true : undefined} className={style["stars"]}>
        {STEPS.map((step) => (
          <button key={step} type="button" role="radio" id={step === reachable ? id : undefined} data-step={step} aria-checked={step === chosen}
            data-autofocus={autoFocus === true && step === reachable ? true : undefined}
            aria-label={t("kinds.stars", { count: step })} tabIndex={step === reachable ? 0 : -1} onClick={() => { take(step); onCommit(); }}>
            {step <= chosen
              ? <IconStarFilled size={18} aria-hidden className={style["full"]} />
              : <IconStar size={18} stroke={1.5} aria-hidden className={style["hollow"]} />}
          </button>
        ))}
      </span>
      {chosen > 0 && !field.required && (
        <button type="button" tabIndex={-1} className={style["clear"]} aria-label={t("kinds.clear")} title={t("kinds.clear")}
          onClick={() => { take(0); onCommit(); }}>
          <IconX size={14} aria-hidden />
        </button>
      )}
    </span>
  );
}

/** «4 ★», «4/5», «★★★★☆» or a bare figure. */
function parse(typed: string): unknown {
  const bare = typed.trim();
  const drawn = /^(★{1,5})☆*$/.exec(bare)?.[1];
  if (drawn !== undefined) return drawn.length;
  const read = parseNumber(bare.replace(/\s*(★|\/\s*5)$/, ""));
  return typeof read === "string" ? typed : read;
}

export const rating: Kind = {
  name: "rating", icon: "star", width: 124, align: "start", Editor, parse, isEmpty: isBlank,
  Display: ({ value }) => isBlank(value) ? null
    : <span className={style["stars"]} role="img" aria-label={t("kinds.stars", { count: starsIn(value) })}><Stars count={starsIn(value)} /></span>,
  format: (value) => (typeof value === "number" ? `${editNumber(value)} ★` : plainText(value)),
};
