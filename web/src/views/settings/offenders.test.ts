import { describe, expect, it } from "vitest";
import { readOffence } from "./offenders.ts";

const id = "01a20272-9c9b-7b59-a662-ea21c7683470";

describe("records in the way", () => {
  it("are read from the sentence", () => {
    expect(readOffence(`Next step is empty in 2 records: Line 4, phase 1 (${id}); Pilot (hall B) (${id}).`)).toEqual({
      text: "Next step is empty in 2 records:",
      records: [{ title: "Line 4, phase 1", id }, { title: "Pilot (hall B)", id }],
      more: false,
    });
  });

  it("are known to be more than listed", () => {
    expect(readOffence(`Code is not unique in 57 records: A (${id}) ….`)).toMatchObject({ records: [{ title: "A" }], more: true });
  });

  it("leave every other sentence as it is", () => {
    expect(readOffence("Line 1, column 3: a value is expected here.")).toEqual({
      text: "Line 1, column 3: a value is expected here.", records: [], more: false,
    });
  });
});
