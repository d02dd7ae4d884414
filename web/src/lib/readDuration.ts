/** Seconds from a duration as people write it: «1:30», «90 min», «1,5 h», «2d 4h», «1h30», «PT1H30M»; null when it is none.
 * A bare number counts seconds, as everywhere. The same forms as in imports. */
const UNITS: [string, number][] = [
  ["w week weeks wo woche wochen", 604_800], ["d day days t tag tage tagen", 86_400], ["h hr hrs hour hours std stunde stunden", 3_600],
  ["m min mins minute minutes minuten", 60], ["s sec secs second seconds sek sekunde sekunden", 1],
];
const SECONDS = new Map(UNITS.flatMap(([words, seconds]) => words.split(" ").map((word) => [word, seconds] as const)));
const TERM = String.raw`(\d+(?:[.,]\d+)?|[.,]\d+)\s*([a-z]+)\.?`;
const TERMS = new RegExp(String.raw`^${TERM}(?:[\s,]*(?:and|und)?\s*${TERM})*$`);
const NUMBER = String.raw`(\d+(?:[.,]\d+)?)`;
const ISO = new RegExp(`^p(?:${NUMBER}w)?(?:${NUMBER}d)?(?:t(?:${NUMBER}h)?(?:${NUMBER}m)?(?:${NUMBER}s)?)?$`);

export function readDuration(typed: string): number | null {
  const text = typed.trim().toLowerCase();
  const clock = /^(\d+):([0-5]?\d)(?::([0-5]?\d(?:[.,]\d+)?))?$/.exec(text) ?? /^(\d+)\s*h\s*([0-5]?\d)$/.exec(text);
  if (clock !== null) return added(clock.slice(1), [3_600, 60, 1]);
  const iso = ISO.exec(text)?.slice(1);
  if (iso?.some((part) => (part as string | undefined) !== undefined)) return added(iso, [604_800, 86_400, 3_600, 60, 1]);
  if (/^(\d+(?:[.,]\d+)?|[.,]\d+)$/.test(text)) return added([text], [1]);
  if (!TERMS.test(text)) return null;
  const terms = [...text.matchAll(new RegExp(TERM, "g"))];
  const seconds = terms.map((term) => SECONDS.get(term[2] ?? ""));
  return seconds.every((one) => one !== undefined) ? added(terms.map((term) => term[1]), seconds) : null;
}

function added(amounts: (string | undefined)[], seconds: number[]): number {
  const total = amounts.reduce((sum, amount, at) => sum + (amount === undefined ? 0 : Number(amount.replace(",", "."))) * (seconds[at] ?? 0), 0);
  return Math.round(total * 1000) / 1000;
}
