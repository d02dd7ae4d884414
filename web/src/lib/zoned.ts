/** Moments as days and times of a zone, and back: months begin at another moment in every zone. */

/** The wall clock at the moment: "2026-03-29T03:00". */
export function wallTime(moment: string, zone: string): string {
  const parts = new Intl.DateTimeFormat("en-CA", {
    year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone,
  }).formatToParts(new Date(moment));
  const of = (wanted: string) => parts.find(({ type }) => type === wanted)?.value ?? "00";
  return `${of("year").padStart(4, "0")}-${of("month")}-${of("day")}T${of("hour")}:${of("minute")}`;
}

/** The moment at which the zone's day begins. */
export function startOfDay(day: string, zone: string): string {
  const wanted = new Date(`${day}T00:00:00Z`).getTime();
  let guess = wanted;
  // The second turn is for days near a change of the clock, where the first guess fell on its other side.
  for (let turn = 0; turn < 2; turn += 1)
    guess += wanted - new Date(`${wallTime(new Date(guess).toISOString(), zone)}:00Z`).getTime();
  return new Date(guess).toISOString().replace(".000Z", "Z");
}
