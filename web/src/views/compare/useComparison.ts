/** What differs in a list between two moments, page by page, each row with its values at the later one. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { request } from "../../api/client.ts";
import type { Filter, Page, RecordValues } from "../../api/types.ts";
import { NOW } from "../../lib/past.ts";

export interface Difference {
  id: string;
  change: "entered" | "left" | "changed";
  fields: Record<string, { before: unknown; after: unknown }>;
}

interface Answer {
  entered: number;
  left: number;
  changed: number;
  changes: Difference[];
  next: string | null;
}

export interface ComparedRow extends Difference {
  record: RecordValues;
}

interface Question {
  filter: Filter | null;
  /** Those whose changes count, and what else is brought along to show them. */
  fields: string[];
  wanted: string[];
  from: string;
  to: string;
}

const ROWS = 50;

export function useComparison(object: string, question: Question) {
  return useInfiniteQuery({
    queryKey: ["records", object, "compare", question],
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam }) => {
      const { filter, fields, wanted, from, to } = question;
      const moment = to === NOW ? {} : { as_of: to };
      const answer = await request<Answer>("POST", `/records/${object}/compare`, {
        fields, from, limit: ROWS,
        ...(filter === null ? {} : { filter }), ...(to === NOW ? {} : { to }), ...(pageParam === null ? {} : { after: pageParam }),
      });
      const ids = answer.changes.filter(({ change }) => change === "changed").map(({ id }) => id);
      const whole = ids.length === 0 ? [] : (await request<Page>("POST", `/records/${object}/query`, {
        filter: { field: "id", op: "in", value: ids }, fields: [...new Set([...wanted, "id"])], limit: ROWS, ...moment,
      })).records;
      const known = new Map(whole.map((record) => [record.id, record]));
      return { ...answer, rows: answer.changes.map((one): ComparedRow => ({ ...one, record: { ...told(one), ...known.get(one.id) } })) };
    },
    getNextPageParam: ({ next }) => next,
  });
}

/** The record as far as its differences tell it: after, or before where it is gone. */
function told({ id, change, fields }: Difference): RecordValues {
  const side = change === "left" ? "before" : "after";
  return { id, version: 0, ...Object.fromEntries(Object.entries(fields).map(([name, both]) => [name, both[side]])) };
}
