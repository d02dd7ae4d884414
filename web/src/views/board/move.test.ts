import { describe, expect, it } from "vitest";
import { addTo, appendCards, mergeCard, moveCard, type Lane } from "./move.ts";

const eur = (amount: string) => ({ amount, currency: "EUR" });
const lanes = (): Lane[] => [
  {
    key: "new",
    count: 2,
    sums: { amount: eur("30.50") },
    records: [
      { id: "a", version: 1, stage: "new", amount: eur("10.25") },
      { id: "b", version: 4, stage: "new", amount: eur("20.25") },
    ],
    next: null,
  },
  { key: "won", count: 0, sums: { amount: null }, records: [], next: null },
  { key: null, count: 1, sums: { amount: null }, records: [{ id: "c", version: 1, stage: null, amount: null }], next: null },
];

describe("moving a card", () => {
  it("changes lane, counts and sums at once", () => {
    const [from, to] = moveCard(lanes(), { id: "a", from: "new", to: "won", group: "stage" });
    expect(from).toMatchObject({ count: 1, sums: { amount: eur("20.25") } });
    expect(to).toMatchObject({ count: 1, sums: { amount: eur("10.25") } });
    expect(to?.records[0]).toMatchObject({ id: "a", stage: "won" });
  });

  it("and back gives the same totals", () => {
    const there = moveCard(lanes(), { id: "a", from: "new", to: "won", group: "stage" });
    const back = moveCard(there, { id: "a", from: "won", to: "new", group: "stage" });
    expect(back[0]).toMatchObject({ count: 2, sums: { amount: eur("30.50") } });
    expect(back[1]).toMatchObject({ count: 0, records: [] });
  });

  it("reaches and leaves the lane without a value", () => {
    const moved = moveCard(lanes(), { id: "c", from: null, to: "new", group: "stage" });
    expect(moved[0]?.count).toBe(3);
    expect(moved[0]?.sums).toEqual({ amount: eur("30.50") });
    expect(moved[2]?.count).toBe(0);
  });

  it("of another currency moves what it is worth", () => {
    const [first, ...rest] = lanes();
    const card = { id: "d", version: 1, stage: "new", amount: { amount: "5", currency: "USD" }, "amount.converted": 4.5 };
    const before = first === undefined ? [] : [{ ...first, sums: { amount: { ...eur("35.00"), converted: 1 } }, records: [card] }, ...rest];
    const [from, to] = moveCard(before, { id: "d", from: "new", to: "won", group: "stage" });
    expect(from?.sums["amount"]).toEqual(eur("30.50"));
    expect(to?.sums["amount"]).toEqual({ ...eur("4.50"), converted: 1 });
  });

  it("to its own lane changes nothing", () => {
    const before = lanes();
    expect(moveCard(before, { id: "a", from: "new", to: "new", group: "stage" })).toBe(before);
  });

  it("of a card that has gone changes nothing", () => {
    const before = lanes();
    expect(moveCard(before, { id: "z", from: "new", to: "won", group: "stage" })).toBe(before);
  });
});

describe("sums", () => {
  const usd = { amount: "5", currency: "USD" };

  it("keep cents exact", () => {
    expect(addTo(eur("0.10"), eur("0.20"), null, 1)).toEqual(eur("0.30"));
    expect(addTo(eur("0.10"), eur("0.20"), null, -1)).toEqual(eur("-0.10"));
  });

  it("take what another currency is worth, and give it back", () => {
    const more = addTo(eur("1.00"), usd, eur("4.50"), 1);
    expect(more).toEqual({ ...eur("5.50"), converted: 1 });
    expect(addTo(more, usd, eur("4.50"), -1)).toEqual(eur("1.00"));
  });

  it("keep currencies apart where a rate is missing", () => {
    expect(addTo(eur("1.00"), usd, null, 1)).toEqual([eur("1.00"), { amount: "5.00", currency: "USD" }]);
    const split = [eur("1.00"), { amount: "2.00", currency: "GBP", unrated: 1 }];
    expect(addTo(split, usd, eur("4.50"), 1)).toEqual([...split, { amount: "5.00", currency: "USD" }]);
  });

  it("of numbers add up", () => {
    expect(addTo(null, 4, null, 1)).toBe(4);
    expect(addTo(10, 4, null, -1)).toBe(6);
  });
});

describe("a lane", () => {
  it("takes its next page without showing a card twice", () => {
    const [lane] = lanes();
    if (!lane) throw new Error("no lane");
    const more = appendCards(lane, [{ id: "b", version: 4 }, { id: "d", version: 1 }], "cursor");
    expect(more.records.map((record) => record.id)).toEqual(["a", "b", "d"]);
    expect(more.next).toBe("cursor");
  });

  it("learns the new version of a card", () => {
    expect(mergeCard(lanes(), "a", { version: 2 })[0]?.records[0]?.version).toBe(2);
  });
});
