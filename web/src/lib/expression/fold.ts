/** Texts without case and accents, by which they are compared and sorted: the same as on the server. */

const MARKS =
  /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u0652\u0670\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+/g;
const LETTERS: Record<string, string> = {
  ß: "ss", æ: "ae", œ: "oe", þ: "th", ø: "o", ł: "l", đ: "d", ð: "d", ħ: "h", ŧ: "t", ı: "i", ŋ: "n", ς: "σ",
};
const SPECIAL = new RegExp(`[${Object.keys(LETTERS).join("")}]`, "g");

export function fold(text: string): string {
  const bare = text.normalize("NFKD").replace(MARKS, "").toLowerCase();
  return bare.replace(SPECIAL, (letter) => LETTERS[letter] ?? letter);
}

/** By code points, as PostgreSQL's collation «C» does. */
export function byPoints(a: string, b: string): number {
  const [one, other] = [Array.from(a), Array.from(b)];
  for (let at = 0; at < Math.min(one.length, other.length); at += 1) {
    const by = (one[at]?.codePointAt(0) ?? 0) - (other[at]?.codePointAt(0) ?? 0);
    if (by !== 0) return by;
  }
  return one.length - other.length;
}

/** Titlecase forms of one letter where the capital takes two: Greek with an iota below. */
function titled(char: string): string | null {
  const point = char.codePointAt(0) ?? 0;
  const row = point & ~7;
  if (row === 0x1f80 || row === 0x1f90 || row === 0x1fa0) return String.fromCodePoint(point + 8);
  return point === 0x1fb3 || point === 0x1fc3 || point === 0x1ff3 ? String.fromCodePoint(point + 9) : null;
}

/** Each character's simple capital: ß stays as it is. */
export function upper(text: string): string {
  return Array.from(text, (char) => {
    if (char === "\u019b" || char === "\u0264") return char;
    const form = char.toUpperCase();
    return Array.from(form).length === 1 ? form : (titled(char) ?? char);
  }).join("");
}

export function lower(text: string): string {
  return Array.from(text, (char) => (char === "\u0130" ? "i" : char.toLowerCase())).join("");
}
