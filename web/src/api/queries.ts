/** What screens ask of the server and how each change refreshes what is already on the screen. */
import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
  useSuspenseQuery,
} from "@tanstack/react-query";
import { usePast } from "../lib/past.ts";
import { standardNames } from "../lib/standardNames.ts";
import { setZone } from "../lib/zone.ts";
import { useTranslation } from "react-i18next";
import { request } from "./client.ts";
import type {
  AggregateQuery, AggregateRow, BatchChange, BatchResult, BoardGroup, BoardQuery, Catalog, Change,
  Hit, Me, Obj, Page, PageQuery, Reason, RecordValues, Undoing,
} from "./types.ts";

export const catalogQuery = queryOptions({
  queryKey: ["catalog"],
  queryFn: async () => atHome(await request<Catalog>("GET", "/catalog")),
  staleTime: 60_000,
});

/** Every field told which object it is of. */
function atHome(catalog: Catalog): Catalog {
  const objects = catalog.objects.map((object) => ({ ...object, fields: object.fields.map((field) => ({ ...field, object: object.name })) }));
  return { ...catalog, objects };
}

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: async () => {
    const me = await request<Me>("GET", "/me");
    setZone(me.time_zone);
    return me;
  },
  staleTime: 5 * 60_000,
});

export function useCatalog(): Catalog {
  const { i18n } = useTranslation();
  return useSuspenseQuery({ ...catalogQuery, select: standardNames(i18n.language) }).data;
}

/** The catalog with the names as they are stored: what is edited must not be a translation. */
export function useStoredCatalog(): Catalog {
  return useSuspenseQuery(catalogQuery).data;
}

export function useMe(): Me {
  return useSuspenseQuery(meQuery).data;
}

/** The object of that name, or that was called so before and still answers to it. */
export function objectCalled(name: string | undefined, objects: Obj[]): Obj | undefined {
  return objects.find((object) => object.name === name) ?? objects.find(({ former }) => former?.some((one) => one.name === name));
}

/** The same; throws when the workspace has none that the person may see. */
export function useObject(name: string): Obj {
  const found = objectCalled(name, useCatalog().objects);
  if (found === undefined) throw new Error(`There is no object “${name}”.`);
  return found;
}

/** One record with the named fields (all when none are named). */
export function recordQuery(object: string, id: string, fields?: string[], asOf: string | null = null) {
  const wanted = fields === undefined ? undefined : [...new Set([...fields, "id", "version"])];
  return queryOptions({
    queryKey: ["records", object, "one", id, wanted ?? "all", asOf],
    queryFn: async () => {
      if (wanted === undefined)
        return request<RecordValues>("GET", `/records/${object}/${encodeURIComponent(id)}${asOf === null ? "" : `?as_of=${encodeURIComponent(asOf)}`}`);
      const page = await request<Page>("POST", `/records/${object}/query`, {
        filter: { field: "id", op: "is", value: id },
        fields: wanted,
        limit: 1,
        ...(asOf === null ? {} : { as_of: asOf }),
      });
      return page.records[0] ?? null;
    },
  });
}

export interface PagesQuery extends PageQuery {
  /** How many records later pages have, where not as many as the first. */
  limitOfMore?: number;
  count?: boolean;
}

/** Pages of a list by keyset; the first page carries the exact total, unless that is not wanted. */
export function pageQuery(object: string, { limit = 100, limitOfMore = limit, count = true, ...query }: PagesQuery) {
  const fields = [...new Set([...query.fields, "id", "version"])];
  return infiniteQueryOptions({
    queryKey: ["records", object, "page", { ...query, fields, limit, limitOfMore, count }],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) =>
      request<Page>("POST", `/records/${object}/query`, {
        ...compact(query),
        fields,
        ...(pageParam === null ? { limit, count } : { limit: limitOfMore, after: pageParam }),
      }),
    getNextPageParam: (last) => last.next,
  });
}

export function usePage(object: string, query: PagesQuery) {
  const asOf = usePast();
  return useInfiniteQuery({ ...pageQuery(object, then(query, asOf)), placeholderData: keepPreviousData });
}

export function aggregateQuery(object: string, query: AggregateQuery) {
  return queryOptions({
    queryKey: ["records", object, "aggregate", query],
    queryFn: async () =>
      (await request<{ rows: AggregateRow[] }>("POST", `/records/${object}/aggregate`, compact(query)))
        .rows,
  });
}

export function useAggregate(object: string, query: AggregateQuery, enabled = true) {
  const asOf = usePast();
  return useQuery({
    ...aggregateQuery(object, then(query, asOf)), enabled, placeholderData: keepPreviousData,
  });
}

export function boardQuery(object: string, query: BoardQuery) {
  return queryOptions({
    queryKey: ["records", object, "board", query],
    queryFn: async () =>
      (await request<{ groups: BoardGroup[] }>("POST", `/records/${object}/board`, compact(query)))
        .groups,
  });
}

export function useBoard(object: string, query: BoardQuery) {
  const asOf = usePast();
  return useQuery({ ...boardQuery(object, then(query, asOf)), placeholderData: keepPreviousData });
}

export function useHistory(object: string, id: string) {
  return useInfiniteQuery({
    queryKey: ["records", object, "history", id],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) => {
      const after = pageParam === null ? "" : `&after=${encodeURIComponent(pageParam)}`;
      return request<{ changes: Change[]; next: string | null }>(
        "GET",
        `/records/${object}/${encodeURIComponent(id)}/history?limit=50${after}`,
      );
    },
    getNextPageParam: (last) => last.next,
  });
}

/** Where a value comes from; asked anew each time, since it may hang on other records. */
export function useWhy(object: string, id: string, field: string) {
  return useQuery({
    queryKey: ["records", object, "why", id, field],
    queryFn: () => request<Reason>("GET", `/records/${object}/${encodeURIComponent(id)}/why?field=${encodeURIComponent(field)}`),
    gcTime: 0,
  });
}

export function searchQuery(q: string, objects: string[] = [], limit = 12) {
  return queryOptions({
    queryKey: ["search", q, objects, limit],
    queryFn: async () => {
      const asked = new URLSearchParams({ q, limit: String(limit) });
      if (objects.length > 0) asked.set("objects", objects.join(","));
      return (await request<{ hits: Hit[] }>("GET", `/search?${asked.toString()}`)).hits;
    },
    enabled: q.trim() !== "",
    staleTime: 10_000,
  });
}

export function useCreate(object: string) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (values: Record<string, unknown>) =>
      request<RecordValues>("POST", `/records/${object}`, values),
    onSettled: () => refresh(object),
  });
}

export interface Update {
  id: string;
  values: Record<string, unknown>;
  /** With a version the server refuses (412) when somebody else was faster. */
  version?: number;
}

export function updateRecord(object: string, { id, values, version }: Update): Promise<RecordValues> {
  const headers: Record<string, string> =
    version === undefined ? {} : { "If-Match": `"${String(version)}"` };
  return request<RecordValues>(
    "PATCH", `/records/${object}/${encodeURIComponent(id)}`, values, headers,
  );
}

export function useUpdate(object: string) {
  const refresh = useRefresh();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (update: Update) => updateRecord(object, update),
    // What was saved is shown at once: whoever goes on before all is asked for again changes this version, not the one before.
    onSuccess: (saved) => {
      client.setQueriesData<RecordValues | null>(
        { queryKey: ["records", object, "one", saved.id], predicate: ({ queryKey }) => queryKey.at(-1) === null },
        (known) => known && { ...known, ...saved },
      );
    },
    onSettled: () => refresh(object),
  });
}

export function useDelete(object: string) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (id: string) =>
      request<undefined>("DELETE", `/records/${object}/${encodeURIComponent(id)}`),
    onSettled: () => refresh(object),
  });
}

export function useRestore(object: string) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (id: string) =>
      request<RecordValues>("POST", `/records/${object}/${encodeURIComponent(id)}/restore`),
    onSettled: () => refresh(object),
  });
}

export function useUndo(object: string) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: ({ path, body }: { path: string; body: Record<string, unknown> }) => request<Undoing>("POST", path, body),
    onSettled: () => refresh(object),
  });
}

export function useBatch(object: string) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: async ({ changes, atomic = false }: { changes: BatchChange[]; atomic?: boolean }) =>
      (
        await request<{ results: BatchResult[] }>("POST", `/records/${object}/batch`, {
          atomic, changes,
        })
      ).results,
    onSettled: () => refresh(object),
  });
}

/** Everything shown of an object is asked for again; related titles may have changed elsewhere. */
export function useRefresh(): (object: string) => void {
  const client = useQueryClient();
  return (object) => {
    void client.invalidateQueries({ queryKey: ["records", object] });
    void client.invalidateQueries({ queryKey: ["search"] });
    void client.invalidateQueries({
      predicate: ({ queryKey }) => queryKey[0] === "records" && queryKey[1] !== object,
      refetchType: "none",
    });
  };
}

/** The question as of a moment, where there is one; words are looked up in the present only. */
function then<Q extends { q?: string }>(query: Q, asOf: string | null): Q & { as_of?: string } {
  return asOf === null ? query : { ...query, q: "", as_of: asOf };
}

function compact(query: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(query).filter(
      ([, value]) => value !== undefined && value !== null && value !== "",
    ),
  );
}
