/** JSON whose numbers keep all their digits: those that a browser would round stay as they were written. */
const MARK = "\u0000";

/** A number as it is written. In JSON it is first a marked text: no browser of today writes such numbers by itself. */
export class ExactNumber {
  readonly source: string;
  constructor(source: string) { this.source = source; }
  toJSON(): string {
    return MARK + this.source;
  }
}

/** What was typed where JSON was wanted, and why it is none; it is never sent. */
export class Unreadable {
  readonly text: string;
  readonly message: string;
  constructor(text: string, message: string) { this.text = text; this.message = message; }
}

const LONG_NUMBER = /[\d.]{16,}/;
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/gi;

/** Throws SyntaxError. */
export function readJson(text: string): unknown {
  const read: unknown = JSON.parse(text);
  if (!LONG_NUMBER.test(text)) return read;
  const marked = text.replace(TOKEN, (token) => (token.length >= 16 && !token.startsWith('"') && isRounded(token) ? `"\\u0000${token}"` : token));
  return JSON.parse(marked, (_key, value: unknown) => (typeof value === "string" && value.startsWith(MARK) ? new ExactNumber(value.slice(1)) : value)) as unknown;
}

export function writeJson(value: unknown, indent = 0, replace?: (key: string, value: unknown) => unknown): string {
  return JSON.stringify(value, replace, indent).replace(/"\\u0000(-?\d+(?:\.\d+)?)"/g, "$1");
}

function isRounded(source: string): boolean {
  return /^-?\d+(\.\d+)?$/.test(source) && String(Number(source)) !== (source.includes(".") ? source.replace(/\.?0+$/, "") : source);
}

/** Where a text stops being JSON, counted from 1; null where the browser does not say. */
export function placeOf(error: unknown, text: string): { line: number; column: number } | null {
  const message = error instanceof Error ? error.message : "";
  const named = /line (\d+) column (\d+)/.exec(message);
  if (named !== null) return { line: Number(named[1]), column: Number(named[2]) };
  const position = /position (\d+)/.exec(message)?.[1];
  const at = position !== undefined ? Number(position) : /end of/i.test(message) ? text.length : unexpected(message, text);
  if (at === null) return null;
  const before = text.slice(0, at).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** «Unexpected token 'x', …"ntext of it"… is not valid JSON»: only a short text is quoted without its place. */
function unexpected(message: string, text: string): number | null {
  const token = /Unexpected token '(.)', "/su.exec(message)?.[1];
  const at = token === undefined ? -1 : text.indexOf(token);
  return at < 0 || text.indexOf(token ?? "", at + 1) >= 0 ? null : at;
}
