/** Titles of records that a list did not bring along: all asked for within one moment go in one request. */
import { queryOptions } from "@tanstack/react-query";
import { request } from "./client.ts";
import type { Reference } from "./types.ts";

interface Waiting {
  reference: Reference;
  resolve(title: string): void;
  reject(reason: unknown): void;
}

let waiting: Waiting[] = [];

export function titleQuery(object: string, id: string) {
  return queryOptions({
    queryKey: ["records", object, "title", id],
    queryFn: () => new Promise<string>((resolve, reject) => {
      if (waiting.length === 0) setTimeout(() => { void send(); }, 8);
      waiting.push({ reference: { object, id }, resolve, reject });
    }),
    staleTime: 60_000,
  });
}

async function send(): Promise<void> {
  const asked = waiting;
  waiting = [];
  try {
    const { titles } = await request<{ titles: (Reference & { title: string | null })[] }>("POST", "/titles", {
      refs: asked.map(({ reference }) => reference),
    });
    const found = new Map(titles.map(({ object, id, title }) => [`${object} ${id}`, title ?? ""]));
    for (const { reference, resolve } of asked) resolve(found.get(`${reference.object} ${reference.id}`) ?? "");
  } catch (error) {
    for (const { reject } of asked) reject(error);
  }
}
