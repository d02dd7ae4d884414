/** Names and plurals proposed from what a person typed; the server makes the same name from a label. */

/** `Größe (cm)` becomes `groesse_cm`; never starts with a digit. */
export function nameFromLabel(label: string): string {
  const spelled = label
    .toLowerCase()
    .replaceAll("ä", "ae")
    .replaceAll("ö", "oe")
    .replaceAll("ü", "ue")
    .replaceAll("ß", "ss")
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "");
  const name = spelled.replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "");
  return /^[0-9]/.test(name) ? `n_${name}` : name;
}

/** The plural of an English noun, as a proposal that the person can change. */
export function pluralOf(label: string): string {
  const word = label.trim();
  if (word === "") return "";
  if (/[^aeiou]y$/i.test(word)) return `${word.slice(0, -1)}ies`;
  if (/(s|x|z|ch|sh)$/i.test(word)) return `${word}es`;
  return `${word}s`;
}
