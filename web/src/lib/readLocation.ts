/** A location as people write or paste it: «52.52, 13.405», «52,52; 13,405», «52°31'12"N 13°24'18"E», a geo: link or the link
 * of a map; null when it is none. The same forms as in imports; no link is ever opened. */
export interface Place {
  lat: number;
  lon: number;
}

const NUMBER = String.raw`([+-]?\d{1,3}(?:\.\d+)?)`;
const FORMS = [
  String.raw`${NUMBER}\s*[,;\s]\s*${NUMBER}`,
  String.raw`geo:${NUMBER},${NUMBER}(?:[,;?].*)?`,
  String.raw`https?://\S*?[?&]mlat=${NUMBER}&mlon=${NUMBER}\S*`,
  String.raw`https?://\S*?[@=]${NUMBER}(?:,|%2C)${NUMBER}\S*`,
  String.raw`https?://\S*?#map=[\d.]+/${NUMBER}/${NUMBER}\S*`,
  String.raw`([+-]?\d{1,3},\d+)\s*[;\s]\s*([+-]?\d{1,3},\d+)`,
].map((form) => new RegExp(`^${form}$`, "i"));
const DEGREES = String.raw`(\d{1,3}(?:[.,]\d+)?)\s*°?\s*(?:(\d{1,2}(?:[.,]\d+)?)\s*['′]\s*)?(?:(\d{1,2}(?:[.,]\d+)?)\s*(?:"|″|'')\s*)?`;
const SIDES = new RegExp(String.raw`^${DEGREES}([NS])[\s,;]*${DEGREES}([EOW])$`, "i");

export function readLocation(typed: string): Place | null {
  const text = typed.trim().replaceAll("−", "-");
  if (text.length > 2_000) return null;
  const sides = SIDES.exec(text);
  if (sides !== null) return { lat: fromDegrees(sides.slice(1, 5)), lon: fromDegrees(sides.slice(5, 9)) };
  for (const form of FORMS) {
    const found = form.exec(text);
    if (found !== null) return { lat: figure(found[1]), lon: figure(found[2]) };
  }
  return null;
}

function fromDegrees([degrees, minutes, seconds, side]: (string | undefined)[]): number {
  const total = figure(degrees) + figure(minutes) / 60 + figure(seconds) / 3600;
  const signed = /[SW]/i.test(side ?? "") ? -total : total;
  return Math.round(signed * 1e7) / 1e7;
}

function figure(text: string | undefined): number {
  return Number((text ?? "0").replace(",", "."));
}
