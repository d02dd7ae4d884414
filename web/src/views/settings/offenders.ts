/** Records that stand in the way of a stricter field, read from the sentence in which the server lists them. */

export interface Offender {
  id: string;
  title: string;
}

export interface Offence {
  /** What is wrong, without the list. */
  text: string;
  records: Offender[];
  /** True where the server listed only some of them. */
  more: boolean;
}

const LISTED = /^(.*) \(([0-9a-f]{8}-[0-9a-f-]{27})\)$/;

/** «Code is empty in 2 records: A (id); B (id).» gives the text before the colon and two records. */
export function readOffence(message: string): Offence {
  const colon = message.lastIndexOf(": ", message.search(/ \([0-9a-f]{8}-/));
  const rest = message.slice(colon + 2).replace(/ ?…?\.$/, "");
  const found = rest.split("; ").map((part) => LISTED.exec(part.trim()));
  if (colon < 0 || found.some((match) => match === null)) return { text: message, records: [], more: false };
  const records = found.map((match) => ({ title: match?.[1] ?? "", id: match?.[2] ?? "" }));
  return { text: `${message.slice(0, colon)}:`, records, more: message.includes("…") };
}
