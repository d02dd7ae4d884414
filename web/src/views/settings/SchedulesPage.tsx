/** What is done again and again: when next, how it went last, paused or not. Programs make schedules; here people keep an eye on them. */
import { IconCalendarRepeat, IconPlayerPause, IconPlayerPlay, IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { request } from "../../api/client.ts";
import { useCatalog } from "../../api/queries.ts";
import { formatAgo, formatMoment } from "../../lib/format.ts";
import { t } from "../../lib/i18n.ts";
import { Band } from "../../ui/Band.tsx";
import { IconButton } from "../../ui/Button.tsx";
import { Empty } from "../../ui/Empty.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { toast } from "../../ui/toast.tsx";
import { ConfirmDelete } from "./ConfirmDelete.tsx";
import { SettingsShell } from "./SettingsShell.tsx";
import css from "./settings.module.css";

interface Schedule {
  id: string;
  label: string;
  rule: string;
  time_zone: string;
  does: { object?: string; mode?: string } | null;
  active: boolean;
  "owner.name": string | null;
  next: { at: string; local: string }[];
  last_at: string | null;
  last_job: { id: string; status: string } | null;
  message: string | null;
}

export default function SchedulesPage() {
  useTranslation();
  const [deleting, setDeleting] = useState<Schedule | null>(null);
  const answer = useQuery({ queryKey: ["schedules"], queryFn: () => request<{ schedules: Schedule[] }>("GET", "/schedules") });
  const found = answer.data?.schedules ?? [];
  const refetch = (): void => { void answer.refetch(); };
  return (
    <SettingsShell section="schedules" title={t("settings.section_schedules")}>
      {answer.error !== null && <Band message={answer.error.message} onRetry={refetch} />}
      {answer.isSuccess && found.length === 0 && (
        <Empty glyph={<IconCalendarRepeat size={32} stroke={1.5} aria-hidden />} title={t("settings.no_schedules")} text={t("settings.no_schedules_text")} />
      )}
      {(answer.isPending || found.length > 0) && (
        <>
          <p className={css["intro"]}>{t("settings.schedules_intro")}</p>
          <table className={`${css["table"] ?? ""} ${css["fluid"] ?? ""}`}>
            <thead>
              <tr>
                <th scope="col">{t("settings.schedule")}</th>
                <th scope="col">{t("settings.next_time")}</th>
                <th scope="col" className={css["optional"]}>{t("settings.last_time")}</th>
                <th scope="col" className={css["optional"]}>{t("settings.owner")}</th>
                <th scope="col"><span className="visually-hidden">{t("settings.actions")}</span></th>
              </tr>
            </thead>
            <tbody>
              {answer.isPending && <tr><td colSpan={5}><Skeleton width={220} /></td></tr>}
              {found.map((one) => <Row key={one.id} one={one} onChanged={refetch} onDelete={() => { setDeleting(one); }} />)}
            </tbody>
          </table>
        </>
      )}
      {deleting !== null && (
        <ConfirmDelete
          title={t("settings.delete_schedule_title", { label: deleting.label })}
          text={t("settings.delete_schedule_text")}
          confirm={t("settings.delete_schedule")}
          path={`/schedules/${deleting.id}`}
          onClose={() => { setDeleting(null); }}
          onDone={refetch}
        />
      )}
    </SettingsShell>
  );
}

function Row({ one, onChanged, onDelete }: { one: Schedule; onChanged: () => void; onDelete: () => void }) {
  const catalog = useCatalog();
  const object = catalog.objects.find((known) => known.name === one.does?.object);
  const next = one.next[0];
  const turn = useMutation({
    mutationFn: () => request("PATCH", `/schedules/${one.id}`, { active: !one.active }),
    onSuccess: onChanged,
    onError: (error) => { toast(error.message, { error: true }); },
  });
  const does = object === undefined ? "" : t(one.does?.mode === "delete" ? "settings.deletes" : "settings.changes", { plural: object.plural });
  return (
    <tr className={css["tall"]}>
      <td>
        <b>{one.label}</b>
        <small className={css["soft"]}>{does} · {one.time_zone}</small>
        <small className={css["mono"]}>{one.rule.replaceAll(";", "; ")}</small>
        {one.message !== null && <small className={css["soft"]}>{one.message}</small>}
      </td>
      <td>{next === undefined
        ? <span className={css["soft"]}>{t(one.active ? "settings.never" : "settings.paused")}</span>
        : <time dateTime={next.at} title={`${next.local.slice(0, 16).replace("T", " ")} ${one.time_zone}`}>{formatMoment(next.at)}</time>}
      </td>
      <td className={css["optional"]}>{one.last_at === null
        ? <span className={css["soft"]}>{t("settings.never")}</span>
        : <time dateTime={one.last_at} title={formatMoment(one.last_at)}>{formatAgo(one.last_at)}{one.last_job !== null && ` · ${t(`settings.job_${one.last_job.status}`)}`}</time>}
      </td>
      <td className={css["optional"]}>{one["owner.name"] ?? ""}</td>
      <td className={css["end"]}>
        <IconButton small label={t(one.active ? "settings.pause" : "settings.resume")} onClick={() => { turn.mutate(); }}>
          {one.active ? <IconPlayerPause size={16} aria-hidden /> : <IconPlayerPlay size={16} aria-hidden />}
        </IconButton>
        <IconButton small label={t("settings.delete")} onClick={onDelete}><IconTrash size={16} aria-hidden /></IconButton>
      </td>
    </tr>
  );
}
