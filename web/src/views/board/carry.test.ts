import { describe, expect, it } from "vitest";
import { steer } from "./carry.ts";

const lanes = ["new", "won", null];
const card = { id: "a", from: "new", to: "new" };

describe("a card carried by the keyboard", () => {
  it("goes lane by lane, and stays at the ends", () => {
    expect(steer(card, "ArrowRight", lanes)).toMatchObject({ to: "won" });
    expect(steer({ ...card, to: "won" }, "ArrowDown", lanes)).toMatchObject({ to: null });
    expect(steer({ ...card, to: null }, "ArrowRight", lanes)).toBeNull();
    expect(steer(card, "ArrowLeft", lanes)).toBeNull();
  });

  it("goes the other way in a script that runs from right to left", () => {
    expect(steer(card, "ArrowLeft", lanes, true)).toMatchObject({ to: "won" });
    expect(steer(card, "ArrowRight", lanes, true)).toBeNull();
    expect(steer(card, "ArrowDown", lanes, true)).toMatchObject({ to: "won" });
  });

  it("is put down with Space or Enter, and brought back with Escape", () => {
    expect(steer(card, "Space", lanes)).toBe("put");
    expect(steer(card, "Enter", lanes)).toBe("put");
    expect(steer(card, "Escape", lanes)).toBe("back");
    expect(steer(card, "KeyA", lanes)).toBeNull();
  });
});
