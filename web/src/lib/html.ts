/** Formatted text as plain text, and plain text as formatted. The text is only ever shown as text. */
const BLOCK = /<\/?(?:p|h[1-6]|ul|ol|li|blockquote|pre|br)(?:\s[^<>]*)?>/gi;
const TAG = /<[^<>]*>/g;
const NAMED: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', nbsp: "\u00a0", apos: "'" };

export function plainOf(html: string): string {
  const lines = html.replace(BLOCK, "\n").replace(TAG, "").split("\n").map((line) => line.trim()).filter((line) => line !== "");
  return lines.join("\n").replace(/&(#\d+|#x[\da-f]+|[a-z]+);/gi, (whole, name: string) => {
    if (!name.startsWith("#")) return NAMED[name.toLowerCase()] ?? whole;
    const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/** A paragraph for each line. */
export function htmlOf(text: string): string {
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return escaped.split("\n").filter((line) => line.trim() !== "").map((line) => `<p>${line}</p>`).join("");
}
