/** E-mails, phones and links share one shape: a list of values, the first of them the primary one. */
import type { ReactNode } from "react";
import { splitList } from "./choices.tsx";
import { isBlank, type Kind } from "./kind.ts";
import { lineKind } from "./lineKind.tsx";

export interface ContactPoint {
  value: string;
  label?: string | null;
  primary?: boolean;
}

export function pointsIn(value: unknown): ContactPoint[] {
  if (typeof value === "string") return value === "" ? [] : [{ value }];
  return Array.isArray(value) ? (value as ContactPoint[]) : [];
}

/** `show` draws one value, most often as a link. */
export function contactPointKind(look: Pick<Kind, "name" | "icon" | "width" | "long">, show: (value: string) => ReactNode): Kind {
  return lineKind({
    ...look, link: true, wide: true, line: true,
    format: (value) => pointsIn(value).map((point) => point.value).join(", "),
    parse: (typed) => {
      const values = splitList(typed);
      return values.length === 0 ? null : values.map((value, index) => (index === 0 ? { value, primary: true } : { value }));
    },
    Display: ({ value }) => {
      if (isBlank(value)) return null;
      const points = pointsIn(value);
      const first = points.find(({ primary }) => primary === true) ?? points[0];
      if (first === undefined) return null;
      const rest = points.filter((point) => point !== first);
      return (
        <>
          {show(first.value)}
          {rest.length > 0 && <span className="quiet" title={rest.map((point) => point.value).join("\n")}> +{rest.length}</span>}
        </>
      );
    },
  });
}
