/** How long something lasts: seconds on the wire, «1 h 30 min» for people. */
import { formatNumber } from "../lib/format.ts";
import { t } from "../lib/i18n.ts";
import { readDuration } from "../lib/readDuration.ts";
import { lineKind, plainText } from "./lineKind.tsx";

const UNITS = [["day", 86_400], ["hour", 3_600], ["minute", 60], ["second", 1]] as const;

function format(value: unknown): string {
  if (typeof value !== "number" || !Number.isFinite(value)) return plainText(value);
  let rest = Math.round(Math.abs(value) * 1000) / 1000;
  const terms = UNITS.flatMap(([unit, seconds]) => {
    const count = unit === "second" ? rest : Math.floor(rest / seconds);
    rest = Math.round((rest - count * seconds) * 1000) / 1000;
    return count === 0 ? [] : `${formatNumber(count, { useGrouping: false, maximumFractionDigits: 3 })} ${t(`kinds.unit_${unit}`)}`;
  });
  return (value < 0 ? "−" : "") + (terms.join(" ") || `0 ${t("kinds.unit_minute")}`);
}

export const duration = lineKind({
  name: "duration", icon: "hourglass", width: 124, bare: true, align: "end", format,
  parse: (typed) => (typed.trim() === "" ? null : (readDuration(typed) ?? typed)),
  // To the minute, where there are minutes: an average has seconds that nobody asked for.
  total: (value) => format(Math.abs(value) < 60 ? Math.round(value) : Math.round(value / 60) * 60),
});
