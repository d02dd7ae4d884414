/** Reads a figure as people write it: «1,234.5», «1.234,5», «−7», «12 %»; null when it is none. */
export function readNumber(text: string, decimal: string): number | null {
  const group = decimal === "," ? /[.\s'’]/g : /[,\s'’]/g;
  const cleaned = text.trim().replace(/[%\u00a0\u202f]/g, "").replace(group, "").replace(decimal, ".").replace("−", "-");
  return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(cleaned) ? Number(cleaned) : null;
}

/** The sign between whole and part in that locale. */
export function decimalSign(locale: string): string {
  return new Intl.NumberFormat(locale).formatToParts(1.5).find(({ type }) => type === "decimal")?.value ?? ".";
}
