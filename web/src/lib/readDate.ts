/** Reads a day as people write it: «2026-11-22», «22.11.2026», «22/11», «today», «+3». */

const WORDS: Record<string, number> = { today: 0, heute: 0, tomorrow: 1, morgen: 1, yesterday: -1, gestern: -1 };

export function readDate(text: string, locale: string, now: Date = new Date()): string | null {
  const typed = text.trim().toLowerCase();
  const days = WORDS[typed] ?? (/^[+-]\d{1,4}$/.test(typed) ? Number(typed) : undefined);
  if (days !== undefined) return day(now.getFullYear(), now.getMonth() + 1, now.getDate() + days);
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(typed);
  if (iso !== null) return checked(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const parts = /^(\d{1,2})[./-](\d{1,2})(?:[./-](\d{2}|\d{4})?)?$/.exec(typed);
  if (parts === null) return null;
  const year = parts[3] === undefined ? now.getFullYear() : Number(parts[3].padStart(4, "20"));
  const monthFirst = locale === "en-US" && !typed.includes(".");
  const [d, m] = monthFirst ? [parts[2], parts[1]] : [parts[1], parts[2]];
  return checked(year, Number(m), Number(d));
}

function checked(year: number, month: number, date: number): string | null {
  const made = day(year, month, date);
  return Number(made.slice(5, 7)) === month && Number(made.slice(8, 10)) === date ? made : null;
}

function day(year: number, month: number, date: number): string {
  return new Date(Date.UTC(year, month - 1, date)).toISOString().slice(0, 10);
}
