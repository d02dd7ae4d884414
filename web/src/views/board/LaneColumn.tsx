/** One column: its name, how many and how much, its cards, and the way to more of them. */
import { useDroppable } from "@dnd-kit/core";
import { IconPlus } from "@tabler/icons-react";
import { useEffect, type ReactNode } from "react";
import type { Option } from "../../api/types.ts";
import { formatNumber } from "../../lib/format.ts";
import { t } from "../../lib/i18n.ts";
import { remarkOn } from "../../lib/sums.ts";
import { Apart } from "../../ui/Apart.tsx";
import { Button, IconButton } from "../../ui/Button.tsx";
import { Chip } from "../../ui/Chip.tsx";
import css from "./board.module.css";
import type { Lane } from "./move.ts";
import { formatSum, weighted } from "./sums.ts";

interface Props {
  id: string;
  lane: Lane;
  name: string;
  option: Option | null;
  /** What a card that hovers here would add to the first sum. */
  plus: string;
  /** A card carried by the keyboard is over this column. */
  carriedHere: boolean;
  loadingMore: boolean;
  onMore: () => void;
  onAdd: (() => void) | null;
  children: ReactNode;
}

export function LaneColumn({ id, lane, name, option, plus, carriedHere, loadingMore, onMore, onAdd, children }: Props) {
  const { node, setNodeRef, isOver: hovered } = useDroppable({ id });
  const isOver = hovered || carriedHere;
  useEffect(() => {
    if (carriedHere) node.current?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [carriedHere, node]);
  const left = lane.count - lane.records.length;
  return (
    <section ref={setNodeRef} className={css["lane"]} data-over={isOver} aria-label={t("board.column", { name, count: lane.count })}>
      <header className={css["head"]}>
        <div className={css["name"]}>
          <h2 className="cut"><Chip plain label={name} colour={option?.colour ?? "grey"} /></h2>
          <span className={css["count"]}>{formatNumber(lane.count)}</span>
          {onAdd !== null && (
            <IconButton small label={t("board.add", { name })} onClick={onAdd}><IconPlus size={16} aria-hidden /></IconButton>
          )}
        </div>
        <Sums lane={lane} option={option} plus={isOver ? plus : ""} />
      </header>
      <ul className={css["cards"]} aria-label={name}>
        {isOver && plus !== "" && <li className={css["marker"]} aria-hidden />}
        {children}
        {lane.records.length === 0 && <li className={css["none"]}>{t("board.empty_column")}</li>}
        {left > 0 && lane.next !== null && (
          <li>
            <Button look="quiet" small disabled={loadingMore} onClick={onMore}>{t("board.more", { count: left })}</Button>
          </li>
        )}
      </ul>
    </section>
  );
}

function Sums({ lane, option, plus }: Pick<Props, "lane" | "option" | "plus">) {
  const entries = Object.entries(lane.sums);
  if (entries.length === 0) return null;
  const [first] = entries;
  const chance = option?.probability;
  return (
    <div className={css["sums"]}>
      {entries.map(([field, sum]) => <span key={field} className={css["sum"]} title={remarkOn(sum) ?? undefined}>{formatSum(sum) || "–"} <Apart sum={sum} /></span>)}
      {plus !== "" && <span className={`${css["sum"] ?? ""} ${css["plus"] ?? ""}`}>+{plus}</span>}
      {plus === "" && typeof chance === "number" && chance > 0 && chance < 100 && first !== undefined && weighted(first[1], chance) !== "" && (
        <span className={css["weighted"]} title={t("board.weighted")}>
          {formatNumber(chance / 100, { style: "percent" })} · {weighted(first[1], chance)}
        </span>
      )}
    </div>
  );
}
