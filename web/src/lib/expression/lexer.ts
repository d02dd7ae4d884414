/** Formula text cut into tokens, as on the server. */

export interface Token {
  kind: "number" | "name" | "text" | "sign" | "end";
  text: string;
}

/** Why a formula cannot be worked out here; the server says it better. */
export class Unreadable extends Error {}

const TOKEN =
  /(?<space>[ \t\r\n]+)|(?<number>[0-9]+(?:\.[0-9]+)?)|(?<name>[A-Za-z_][A-Za-z_0-9]*(?:\.[A-Za-z_][A-Za-z_0-9]*)*)|(?<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?<sign>&&|\|\||==|!=|<=|>=|[-+*/<>!?:,()[\]])/sy;
const KINDS = ["number", "name", "text", "sign"] as const;
const ESCAPES: Record<string, string> = { n: "\n", r: "\r", t: "\t", '"': '"', "'": "'", "\\": "\\" };

export function tokenise(source: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(source);
    if (match === null) throw new Unreadable(`Character ${String(at + 1)} has no meaning.`);
    const kind = KINDS.find((one) => match.groups?.[one] !== undefined);
    if (kind !== undefined) tokens.push({ kind, text: match[0] });
  }
  return [...tokens, { kind: "end", text: "" }];
}

/** The value of a text token. */
export function unquoted(text: string): string {
  return text.slice(1, -1).replace(/\\(u[0-9a-fA-F]{4}|.)/gs, (_whole, code: string) => {
    if (code.length > 1) return String.fromCharCode(parseInt(code.slice(1), 16));
    const found = ESCAPES[code];
    if (found === undefined) throw new Unreadable(`\\${code} is no escape.`);
    return found;
  });
}
