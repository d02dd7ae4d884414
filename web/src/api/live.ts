/** What others change is seen at once: the server tells of each change, and what is on the screen of that object is asked
 * for again. A page that nobody looks at stops listening after a while and catches up when it is looked at. */
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { Catalog } from "./types.ts";

/** Milliseconds between the first change and the reading, between two readings while changes go on, and until a
 * hidden page stops to listen. */
const GATHERED = 150;
const APART = 1500;
const HIDDEN = 30_000;
const AGAIN = 10_000;

interface Changed {
  object: string;
  id: string;
}

export function useLive(): void {
  const client = useQueryClient();
  useEffect(() => {
    const following = new Following(new Gathering(client));
    return () => { following.end(); };
  }, [client]);
}

/** Gathers changes, so that a hundred of them are one reading. */
class Gathering {
  private readonly objects = new Set<string>();
  private timer: number | undefined;
  private last = 0;
  private readonly client: QueryClient;

  constructor(client: QueryClient) {
    this.client = client;
  }

  add(object: string): void {
    this.objects.add(object);
    this.timer ??= window.setTimeout(() => { this.flush(); }, Math.max(GATHERED, this.last + APART - Date.now()));
  }

  all(): void {
    void this.client.invalidateQueries({ queryKey: ["records"] });
    void this.client.invalidateQueries({ queryKey: ["catalog"] });
  }

  catalog(): void {
    void this.client.invalidateQueries({ queryKey: ["catalog"] });
  }

  end(): void {
    window.clearTimeout(this.timer);
  }

  private flush(): void {
    this.timer = undefined;
    this.last = Date.now();
    for (const { name, ends, fields } of this.client.getQueryData<Catalog>(["catalog"])?.objects ?? [])
      if (this.objects.has(name)) for (const end of fields) if (ends?.includes(end.name)) this.objects.add(end.to?.[0] ?? name);
    for (const object of this.objects) void this.client.invalidateQueries({ queryKey: ["records", object] });
    // What is worked out from these may stand on other objects; it is read when it is looked at again.
    void this.client.invalidateQueries({ queryKey: ["records"], refetchType: "none" });
    this.objects.clear();
  }
}

/** One stream of events, opened anew where it ends. */
class Following {
  private source: EventSource | null = null;
  private number = "";
  private timer: number | undefined;
  private readonly gathering: Gathering;

  constructor(gathering: Gathering) {
    this.gathering = gathering;
    document.addEventListener("visibilitychange", this.looked);
    this.open();
  }

  end(): void {
    document.removeEventListener("visibilitychange", this.looked);
    window.clearTimeout(this.timer);
    this.gathering.end();
    this.source?.close();
  }

  private readonly looked = (): void => {
    window.clearTimeout(this.timer);
    if (!document.hidden) this.open();
    else this.timer = window.setTimeout(() => { this.source?.close(); this.source = null; }, HIDDEN);
  };

  private open(): void {
    if (this.source !== null) return;
    const source = new EventSource(`/api/v1/events${this.number === "" ? "" : `?after=${this.number}`}`);
    this.source = source;
    const on = (kind: string, heard: (data: unknown) => void): void => {
      source.addEventListener(kind, (event: MessageEvent<string>) => {
        this.number = event.lastEventId;
        heard(JSON.parse(event.data));
      });
    };
    on("hello", () => undefined);
    on("reset", () => { this.gathering.all(); });
    on("catalog", () => { this.gathering.catalog(); });
    on("change", (data) => { this.gathering.add((data as Changed).object); });
    on("end", () => { this.again(source); });
    // A broken connection is opened anew by the browser itself; what the server refuses is not.
    source.addEventListener("error", () => { if (source.readyState === EventSource.CLOSED) this.again(source); });
  }

  private again(source: EventSource): void {
    source.close();
    this.source = null;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => { if (!document.hidden) this.open(); }, AGAIN);
  }
}
