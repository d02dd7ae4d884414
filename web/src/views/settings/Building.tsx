/** How far the job is that finishes a field of a large table, with the way to give its new rule up. What it found is told
 * when it ends. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { IconX } from "@tabler/icons-react";
import { useEffect } from "react";
import { request, type Problem } from "../../api/client.ts";
import type { Field } from "../../api/types.ts";
import { t } from "../../lib/i18n.ts";
import { IconButton } from "../../ui/Button.tsx";
import { Chip } from "../../ui/Chip.tsx";
import { toast } from "../../ui/toast.tsx";
import css from "./settings.module.css";

interface Job {
  status: "queued" | "running" | "succeeded" | "failed" | "cancelled";
  done: number;
  message: string | null;
}

const LOOKED = 700;

export default function Building({ field, job, onOver }: { field: Field; job: string; onOver: () => void }) {
  const queries = useQueryClient();
  const { data } = useQuery({
    queryKey: ["job", job],
    queryFn: () => request<Job>("GET", `/jobs/${job}`),
    refetchInterval: LOOKED,
  });
  const cancel = useMutation<unknown, Problem>({
    mutationFn: () => request("POST", `/jobs/${job}/cancel`),
    onSettled: () => queries.invalidateQueries(),
    onError: (problem) => { toast(problem.message, { error: true }); },
  });
  const over = data !== undefined && data.status !== "queued" && data.status !== "running";
  const why = data?.status === "failed" ? (data.message ?? "") : "";
  useEffect(() => {
    if (!over) return;
    if (why !== "") toast(why, { error: true });
    void queries.invalidateQueries({ queryKey: ["catalog"] });
    onOver();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once, however often whoever shows this is drawn anew
  }, [over, why, queries]);
  return (
    <span className={css["building"]} title={data?.message ?? undefined}>
      <Chip label={t("settings.building", { percent: data?.done ?? 0 })} colour="amber" />
      {(field.building?.length ?? 0) > 0 && (
        <IconButton small label={t("settings.stop_building", { label: field.label })} disabled={cancel.isPending} onClick={() => { cancel.mutate(); }}>
          <IconX size={13} aria-hidden />
        </IconButton>
      )}
    </span>
  );
}
