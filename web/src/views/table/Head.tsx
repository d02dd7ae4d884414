/** The heads of the columns: a click sorts, the edge resizes. */
import { IconArrowDown, IconArrowUp, IconSquare, IconSquareCheckFilled, IconSquareMinusFilled } from "@tabler/icons-react";
import type { PointerEvent } from "react";
import { useTranslation } from "react-i18next";
import { classes } from "../../lib/classes.ts";
import type { Column } from "./columns.ts";
import style from "./table.module.css";

export function Head({ columns, sort, selected, onSort, onSelectAll, onResize }: {
  columns: Column[];
  sort: string[];
  selected: "none" | "some" | "all";
  onSort(field: string): void;
  onSelectAll(): void;
  onResize(field: string, width: number): void;
}) {
  const { t } = useTranslation();
  const Box = { none: IconSquare, some: IconSquareMinusFilled, all: IconSquareCheckFilled }[selected];
  return (
    <div role="row" aria-rowindex={1} className={style["head"]}>
      <div role="columnheader" aria-colindex={1} className={classes(style["check"], style["pin"])}>
        <button type="button" role="checkbox" aria-checked={selected === "some" ? "mixed" : selected === "all"}
          aria-label={t("table.select_all")} onClick={onSelectAll}>
          <Box size={17} stroke={1.5} aria-hidden />
        </button>
      </div>
      {columns.map(({ field, kind, width }, col) => {
        const direction = sort[0] === field.name ? "ascending" : sort[0] === `-${field.name}` ? "descending" : undefined;
        return (
          <div key={field.name} role="columnheader" aria-colindex={col + 2} aria-sort={direction} style={{ width }}
            className={classes(style["headCell"], col === 0 && style["pin"], col === 0 && style["first"])}>
            <button type="button" disabled={!field.sortable} className={classes(style["headButton"], kind.align === "end" && style["end"])}
              title={field.label} onClick={() => { onSort(field.name); }}>
              {direction !== undefined && kind.align === "end" && <Arrow direction={direction} />}
              <span className="cut">{field.label}</span>
              {direction !== undefined && kind.align !== "end" && <Arrow direction={direction} />}
            </button>
            <span aria-hidden className={style["resize"]} onPointerDown={(event) => { resize(event, width, (next) => { onResize(field.name, next); }); }} />
          </div>
        );
      })}
    </div>
  );
}

function Arrow({ direction }: { direction: "ascending" | "descending" }) {
  const Drawn = direction === "ascending" ? IconArrowUp : IconArrowDown;
  return <Drawn size={14} stroke={1.75} aria-hidden />;
}

function resize(event: PointerEvent<HTMLElement>, width: number, tell: (width: number) => void): void {
  event.preventDefault();
  const edge = event.currentTarget;
  const from = event.clientX;
  const sign = getComputedStyle(edge).direction === "rtl" ? -1 : 1;
  edge.setPointerCapture(event.pointerId);
  const move = (moved: globalThis.PointerEvent) => {
    tell(Math.max(64, Math.min(720, width + sign * (moved.clientX - from))));
  };
  edge.addEventListener("pointermove", move);
  edge.addEventListener("pointerup", () => { edge.removeEventListener("pointermove", move); }, { once: true });
}
