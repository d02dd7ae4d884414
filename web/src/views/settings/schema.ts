/** Changes of objects, fields and rates; afterwards everything on screen is asked for again, for every answer
 * depends on them. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { request, type Problem } from "../../api/client.ts";
import type { KindInfo } from "../../api/types.ts";

export interface SchemaChange {
  method: "POST" | "PUT" | "PATCH" | "DELETE";
  path: string;
  body?: unknown;
}

export function useSchemaChange() {
  const queries = useQueryClient();
  return useMutation<unknown, Problem, SchemaChange>({
    mutationFn: ({ method, path, body }) => request(method, path, body),
    onSuccess: () => queries.invalidateQueries(),
  });
}

/** What to do when a change is made, or refused; `mutate` itself tells nobody once the screen that asked is gone, as that of what was deleted is. */
export function whenDone(change: Promise<unknown>, done: () => void, refused: (problem: Problem) => void = () => undefined): void {
  change.then(done, refused);
}

/** The kinds that a field can have, with one line of help each. */
export function useKinds(): KindInfo[] {
  const answer = useQuery({
    queryKey: ["kinds"],
    queryFn: () => request<{ kinds: KindInfo[] }>("GET", "/kinds"),
    staleTime: Infinity,
  });
  return answer.data?.kinds ?? [];
}
