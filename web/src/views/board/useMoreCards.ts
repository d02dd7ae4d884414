/** More cards of a lane than the board brings: the lane is then asked for by itself, from its start, so that
 * it stays right when records change. */
import { keepPreviousData, useQueries } from "@tanstack/react-query";
import { useState } from "react";
import { request } from "../../api/client.ts";
import type { BoardQuery, Page, RecordValues } from "../../api/types.ts";
import { usePast } from "../../lib/past.ts";
import { laneFilter } from "./lanes.ts";

const STEP = 50;

export function useMoreCards(object: string, query: BoardQuery) {
  const [wanted, setWanted] = useState<ReadonlyMap<string | null, number>>(new Map());
  const past = usePast();
  const lanes = [...wanted];
  const answers = useQueries({
    queries: lanes.map(([key, limit]) => ({
      queryKey: ["records", object, "lane", key, limit, query, past],
      placeholderData: keepPreviousData,
      queryFn: () =>
        request<Page>("POST", `/records/${object}/query`, {
          filter: laneFilter(query.filter ?? null, query.group, key),
          fields: query.fields,
          sort: query.sort,
          limit,
          ...(past === null ? {} : { as_of: past }),
          ...(query.q ? { q: query.q } : {}),
        }),
    })),
  });
  const pages = new Map<string | null, { records: RecordValues[]; next: string | null }>();
  lanes.forEach(([key], index) => {
    const page = answers[index]?.data;
    if (page !== undefined) pages.set(key, { records: page.records, next: page.next });
  });
  return {
    pages,
    loading: answers.some((answer) => answer.isFetching),
    load: (key: string | null, shown: number) => { setWanted(new Map(wanted).set(key, Math.min(shown + STEP, 1000))); },
  };
}
