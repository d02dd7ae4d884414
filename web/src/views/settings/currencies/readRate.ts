/** A rate as it was typed, as the decimal text that is sent. No figure is made of it, so that every digit stays. */

/** «0,86» and «0.86» mean the same wherever one types them; «1,250» is a thousand where the comma groups. What is no figure
 * stays as it is, and the server says why. */
export function readRate(typed: string, decimal: string): string {
  const text = typed.replace(/[\s\u00a0\u202f'’]/g, "");
  const signs = text.match(/[.,]/g) ?? [];
  const last = signs.at(-1);
  if (!/^\d*([.,]\d+)*$/.test(text) || last === undefined) return text;
  const isPart = signs.filter((sign) => sign === last).length === 1 && (last === decimal || new Set(signs).size > 1 || !/^[1-9]\d{0,2}[.,]\d{3}$/.test(text));
  const [whole, part] = isPart ? [text.slice(0, text.lastIndexOf(last)), text.slice(text.lastIndexOf(last) + 1)] : [text, ""];
  const plain = whole.replace(/[.,]/g, "") || "0";
  return part === "" ? plain : `${plain}.${part}`;
}
