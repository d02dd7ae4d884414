/** Moves that the server has not confirmed yet: they show at once and go back when it refuses. */
import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { Problem } from "../../api/client.ts";
import { updateRecord } from "../../api/queries.ts";
import type { Obj } from "../../api/types.ts";
import { t } from "../../lib/i18n.ts";
import { toast } from "../../ui/toast.tsx";
import type { Move } from "./move.ts";

export interface Moving extends Move {
  version: number;
  title: string;
}

export function useMoves(object: Obj, laneName: (key: string | null) => string) {
  const [pending, setPending] = useState<readonly Move[]>([]);
  const versions = useRef(new Map<string, number>());
  const queries = useQueryClient();

  const move = async (moving: Moving, isUndo = false): Promise<void> => {
    const { id, group, from, to, title } = moving;
    setPending((now) => [...now, moving]);
    try {
      const version = Math.max(versions.current.get(id) ?? 0, moving.version);
      const saved = await updateRecord(object.name, { id, values: { [group]: to }, version });
      versions.current.set(id, saved.version);
      if (!isUndo) {
        const back: Moving = { ...moving, from: to, to: from, version: saved.version };
        toast(t("board.moved", { title, to: laneName(to) }), { undo: () => move(back, true) });
      }
    } catch (error) {
      setPending((now) => now.filter((one) => one !== moving));
      toast(refusal(error, title), { error: true });
    }
    await queries.invalidateQueries({ queryKey: ["records", object.name] });
    setPending((now) => now.filter((one) => one !== moving));
  };
  return { pending, move };
}

function refusal(error: unknown, title: string): string {
  if (!(error instanceof Problem)) return t("board.not_moved", { title, reason: String(error) });
  if (error.status === 412) return t("board.stale", { title });
  return t("board.not_moved", { title, reason: error.errors.map((fault) => fault.message).join(" ") || error.detail });
}
