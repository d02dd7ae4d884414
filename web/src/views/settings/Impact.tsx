/** What a change would touch, in plain words with links, and what stands in its way: asked of the server, which only tries it. */
import { IconAlertCircle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { request } from "../../api/client.ts";
import { useCatalog } from "../../api/queries.ts";
import type { Fault, Filter } from "../../api/types.ts";
import { t } from "../../lib/i18n.ts";
import css from "./settings.module.css";

interface User {
  object: string;
  name: string;
  label: string;
}

const SORTS = ["formulas", "rollups", "rules", "conditions", "views", "layouts", "titles", "rates", "relations", "imports", "actions", "schedules"] as const;

export interface Offender {
  id: string;
  title: string;
  value: string;
  reason: string;
  trashed: boolean;
}

export interface Trial {
  impact: Record<(typeof SORTS)[number], User[]> & {
    /** Whether there is anything at all that one would want to know before saving. */
    touches: boolean;
    records: number | null;
    of: number | null;
    fill_rate: number | null;
    /** Finds the records; null where all are meant. */
    filter: Filter | null;
  };
  faults: Fault[];
  offenders: Offender[];
}

/** The trial of a change; undefined while it is asked for. */
export function useTrial(method: "PATCH" | "DELETE", path: string | null, body?: unknown): Trial | undefined {
  const answer = useQuery({
    queryKey: ["trial", method, path, body],
    queryFn: () => request<Trial>(method, `${path ?? ""}?check=true`, body),
    enabled: path !== null,
    retry: false,
    gcTime: 0,
  });
  return answer.data;
}

interface Props {
  trial: Trial | undefined;
  object: string;
  /** The text that tells how many records hold it. */
  held?: string;
}

export function Impact({ trial, object, held = "settings.impact_records" }: Props) {
  if (trial === undefined) return <p className={css["hint"]} role="status">{t("settings.checking")}</p>;
  const { impact, faults, offenders } = trial;
  const told = offenders.length > 0 ? faults.slice(0, 1) : faults;
  return (
    <div role="status" style={{ display: "grid", gap: 6 }}>
      <p className={css["soft"]}>
        {impact.records === null ? t("settings.impact_uncounted") : t(held, { count: impact.records })}
        {impact.records !== 0 && (
          <> <Link to="/o/$object" params={{ object }} search={{ filter: impact.filter }} target="_blank" className={css["link"] ?? ""}>{t("settings.impact_look")}</Link></>
        )}
      </p>
      <Users impact={impact} />
      {told.map((fault) => (
        <p key={fault.message} className={css["bad"]} role="alert"><IconAlertCircle size={14} aria-hidden /> {fault.message}</p>
      ))}
      <Offenders object={object} offenders={offenders} />
    </div>
  );
}

/** The records that stand in the way, in a window of their own, so that what is being described stays. */
export function Offenders({ object, offenders }: { object: string; offenders: Offender[] }) {
  if (offenders.length === 0) return null;
  return (
    <ul className={css["offenders"]}>
      {offenders.map((one) => (
        <li key={one.id} style={{ whiteSpace: "normal" }}>
          {one.trashed
            ? <Link to="/settings/trash" target="_blank">{one.title}</Link>
            : <Link to="/o/$object/$id" params={{ object, id: one.id }} target="_blank">{one.title}</Link>}
          {one.reason !== "" && <span className={css["soft"]}> {!one.reason.includes(one.value) && `«${one.value.slice(0, 60)}» `}{one.reason}</span>}
        </li>
      ))}
    </ul>
  );
}

/** «Used by: 2 formulas, 1 rule», and below it which. */
function Users({ impact }: { impact: Trial["impact"] }) {
  const plurals = new Map(useCatalog().objects.map(({ name, plural }) => [name, plural]));
  const there = SORTS.filter((sort) => impact[sort].length > 0);
  if (there.length === 0) return <p className={css["soft"]}>{t("settings.impact_unused")}</p>;
  const counted = there.map((sort) => t(`settings.impact_${sort}`, { count: impact[sort].length })).join(", ");
  return (
    <>
      <p className={css["soft"]}>{t("settings.impact_used", { counted })}</p>
      <ul className={css["offenders"]}>
        {there.flatMap((sort) => impact[sort].slice(0, 20).map((user) => (
          <li key={`${sort} ${user.object} ${user.name}`}>
            {sort === "views"
              ? <Link to="/o/$object" params={{ object: user.object }} search={{ view: user.name }} target="_blank">{user.label}</Link>
              : <Link to="/settings/objects/$object" params={{ object: user.object }} target="_blank">{user.label}</Link>}
            <span className={css["soft"]}> {plurals.get(user.object) ?? user.object}</span>
          </li>
        )))}
      </ul>
    </>
  );
}
