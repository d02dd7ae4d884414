/** Durations in every form that people write. */
import { expect, it } from "vitest";
import { readDuration } from "./readDuration.ts";

it.each([
  ["1:30", 5_400], ["0:00:12,5", 12.5], ["90 min", 5_400], ["1,5 h", 5_400], ["1.5h", 5_400], ["2d 4h", 187_200], ["1h30", 5_400], ["2 T 4 h", 187_200],
  ["1 Std. 30 Min.", 5_400], ["1 hour and 5 minutes", 3_900], ["PT1H30M", 5_400], ["p1dt0.5s", 86_400.5], ["45", 45], ["1,1 h", 3_960], [".5 h", 1_800],
])("reads «%s»", (text, seconds) => { expect(readDuration(text)).toBe(seconds); });

it.each(["", "soon", "1:75", "P", "PT", "5 parsecs", "1 h x", "-5 min", "1 month"])("does not take «%s» for a duration", (text) => {
  expect(readDuration(text)).toBeNull();
});
