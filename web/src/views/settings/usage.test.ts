import { describe, expect, it } from "vitest";
import { isUnused, nearCaps, type Usage } from "./usage.ts";

const field = { name: "a", fill_rate: 0.004, changed_at: null, used: {} };
const usage = (count: number): Usage => ({ records: 1, sampled: false, caps: { fields: { count, most: 800 }, objects: { count: 5, most: 500 } }, fields: [] });

describe("the use of fields", () => {
  it("is none where hardly a record has a value and nothing reads it", () => {
    expect(isUnused(field)).toBe(true);
    expect(isUnused({ ...field, used: { layouts: 1 } })).toBe(true);
    expect(isUnused({ ...field, used: { rules: 1 } })).toBe(false);
    expect(isUnused({ ...field, fill_rate: 0.2 })).toBe(false);
  });

  it("is not judged where it is not known", () => {
    expect(isUnused({ ...field, fill_rate: null })).toBe(false);
  });

  it("tells of a cap before it is hit", () => {
    expect(nearCaps(usage(600))).toEqual([]);
    expect(nearCaps(usage(640))).toHaveLength(1);
  });
});
