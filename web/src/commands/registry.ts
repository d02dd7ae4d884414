/** The one list of what can be done from here: the palette, the keys and the sheet of keys read it. */
import { useEffect, useSyncExternalStore } from "react";

export interface Command {
  id: string;
  label: string;
  group: "go" | "create" | "list" | "table" | "settings";
  icon?: string | null;
  /** «mod+k», «c», «g a»; mod is Ctrl, on a Mac Cmd. */
  keys?: string;
  /** Without it the command is only told of in the sheet of keys: its place listens itself. */
  run?: () => void;
}

let sources = new Map<string, Command[]>();
const listeners = new Set<() => void>();
let all: Command[] = [];

function publish(): void {
  all = [...sources.values()].flat();
  for (const listener of listeners) listener();
}

/** Offer commands for as long as the component is shown. Give a list that stays the same between draws. */
export function useOffer(source: string, commands: Command[]): void {
  useEffect(() => {
    sources = new Map(sources).set(source, commands);
    publish();
    return () => {
      sources = new Map(sources);
      if (sources.get(source) === commands) sources.delete(source);
      publish();
    };
  }, [source, commands]);
}

export function offered(): Command[] {
  return all;
}

export function useOffered(): Command[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => { listeners.delete(listener); };
    },
    offered,
  );
}
