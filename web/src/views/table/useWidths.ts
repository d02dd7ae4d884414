/** Widths that the person gave to columns, kept in this browser. */
import { useState } from "react";

type Widths = Record<string, number>;

export function useWidths(object: string): [Widths, (field: string, width: number) => void] {
  const key = `relata.widths.${object}`;
  const [state, setState] = useState({ key, widths: read(key) });
  const widths = state.key === key ? state.widths : read(key);
  if (state.key !== key) setState({ key, widths });
  return [widths, (field, width) => {
    const next = { ...widths, [field]: Math.round(width) };
    localStorage.setItem(key, JSON.stringify(next));
    setState({ key, widths: next });
  }];
}

function read(key: string): Widths {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(key) ?? "{}");
    if (typeof stored !== "object" || stored === null) return {};
    return Object.fromEntries(Object.entries(stored).filter(([, width]) => typeof width === "number")) as Widths;
  } catch {
    return {};
  }
}
