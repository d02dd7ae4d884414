/** The twelve colours of choices, in the order a new option takes them. */
export const COLOURS = [
  "blue", "green", "amber", "pink", "teal", "violet", "orange", "cyan", "red", "lime", "indigo", "grey",
] as const;

export type Colour = (typeof COLOURS)[number];

export function asColour(name: string | null | undefined): Colour {
  return COLOURS.find((colour) => colour === name) ?? "grey";
}

/** A colour that stays the same for the same id. */
export function colourOf(id: string): Colour {
  let hash = 0;
  for (const letter of id) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) >>> 0;
  return COLOURS[hash % (COLOURS.length - 1)] ?? "grey";
}
