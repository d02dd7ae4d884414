/** A card carried by the keyboard: Space lifts it, the arrows bring it from column to column, Space or Enter
 *  puts it down, Escape brings it back. It steps through the columns themselves, not over the screen, so no
 *  key is lost while something is scrolling or being measured. */
import { useState, type KeyboardEvent } from "react";
import { t } from "../../lib/i18n.ts";

export type Key = string | null;

export interface Carried {
  id: string;
  from: Key;
  to: Key;
}

export type Step = Carried | "put" | "back";

const STEPS: Readonly<Record<string, -1 | 1>> = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };

/** What a key does to a carried card; null where it does nothing. */
export function steer(carried: Carried, code: string, lanes: readonly Key[], rtl = false): Step | null {
  if (code === "Space" || code === "Enter") return "put";
  if (code === "Escape") return "back";
  const step = STEPS[code];
  if (step === undefined) return null;
  const sideways = code === "ArrowLeft" || code === "ArrowRight";
  const at = lanes.indexOf(carried.to) + (rtl && sideways ? -step : step);
  const to = lanes[at];
  return to === undefined ? null : { ...carried, to };
}

interface Held {
  id: string;
  title: string;
  lane: Key;
}

export interface Carry {
  carried: Carried | null;
  /** The card that was put down last: it keeps the focus in its new column. */
  landed: string | null;
  /** What a screen reader is told. */
  said: string;
  /** True where the key was meant for a carried card, or lifted this one. */
  onKey: (event: KeyboardEvent, card: Held, keys: readonly Key[], bring: (id: string, to: Key) => void) => boolean;
  cancel: (card: Held) => void;
}

export function useCarry(nameOf: (key: Key) => string): Carry {
  const [carried, setCarried] = useState<Carried | null>(null);
  const [landed, setLanded] = useState<string | null>(null);
  const [said, setSaid] = useState("");

  const lift = ({ id, title, lane }: Held): void => {
    setLanded(null);
    setCarried({ id, from: lane, to: lane });
    setSaid(`${t("board.lifted", { title })} ${t("board.over", { title, to: nameOf(lane) })}`);
  };
  const cancel = ({ id, title }: Held): void => {
    if (carried?.id !== id) return;
    setCarried(null);
    setSaid(t("board.returned", { title }));
  };
  const onKey: Carry["onKey"] = (event, card, keys, bring) => {
    if (carried?.id !== card.id) {
      if (event.code === "Space") lift(card);
      return event.code === "Space";
    }
    const next = steer(carried, event.code, keys, getComputedStyle(event.currentTarget).direction === "rtl");
    if (next === "put") {
      setCarried(null);
      setLanded(card.id);
      setSaid(t("board.dropped", { title: card.title, to: nameOf(carried.to) }));
      bring(card.id, carried.to);
    } else if (next === "back") {
      cancel(card);
    } else if (next !== null) {
      setCarried(next);
      setSaid(t("board.over", { title: card.title, to: nameOf(next.to) }));
    }
    return next !== null || event.code in STEPS;
  };
  return { carried, landed, said, onKey, cancel };
}
