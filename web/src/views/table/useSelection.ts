/** Which records are selected; forgotten when the list shows something else. */
import { useState } from "react";
import type { RecordValues } from "../../api/types.ts";

export interface Selection {
  ids: ReadonlySet<string>;
  toggle(id: string): void;
  add(ids: string[]): void;
  set(ids: string[]): void;
  clear(): void;
}

const NONE: ReadonlySet<string> = new Set();

export function useSelection(scope: string): Selection {
  const [state, setState] = useState({ scope, ids: NONE });
  const ids = state.scope === scope ? state.ids : NONE;
  const put = (next: Iterable<string>) => { setState({ scope, ids: new Set(next) }); };
  return {
    ids,
    toggle: (id) => { put(ids.has(id) ? [...ids].filter((one) => one !== id) : [...ids, id]); },
    add: (more) => { put([...ids, ...more]); },
    set: put,
    clear: () => { put([]); },
  };
}

export function selectedRecords(records: RecordValues[], { ids }: Selection): RecordValues[] {
  return records.filter(({ id }) => ids.has(id));
}
