import { describe, expect, it } from "vitest";
import { placeFaults, pointerParts } from "./faults.ts";

const fault = (pointer: string, message: string) => ({ pointer, code: "bad", message });

describe("placing faults", () => {
  it("puts a fault beside its field", () => {
    expect(placeFaults([fault("/name", "Name is required.")], ["name"])).toEqual({
      byField: { name: ["Name is required."] },
      rest: [],
    });
  });

  it("puts faults inside a value beside the field that holds it", () => {
    const placed = placeFaults([fault("/emails/0/value", "No @."), fault("/emails/1/value", "Twice.")], ["emails"]);
    expect(placed.byField).toEqual({ emails: ["No @.", "Twice."] });
  });

  it("keeps faults of fields that are not shown, and of the whole, for the band", () => {
    const placed = placeFaults([fault("", "Not allowed."), fault("/owner", "Unknown.")], ["name"]);
    expect(placed).toEqual({ byField: {}, rest: ["Not allowed.", "Unknown."] });
  });

  it("reads escaped pointers", () => {
    expect(pointerParts("/a~1b/~01")).toEqual(["a/b", "~1"]);
    expect(pointerParts("")).toEqual([]);
  });
});
