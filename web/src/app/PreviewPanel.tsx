/** A record beside the list: its properties, to look at and to change without leaving. */
import { IconExternalLink, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { recordQuery, useCatalog } from "../api/queries.ts";
import { usePast } from "../lib/past.ts";
import { seen } from "../lib/seen.ts";
import type { Obj } from "../api/types.ts";
import { kindOf } from "../kinds/registry.ts";
import { wanted } from "../kinds/wanted.ts";
import { Avatar, Glyph } from "../ui/Avatar.tsx";
import { Band } from "../ui/Band.tsx";
import { IconButton } from "../ui/Button.tsx";
import { Empty } from "../ui/Empty.tsx";
import { Skeleton } from "../ui/Skeleton.tsx";
import style from "./objectPage.module.css";

const Properties = lazy(async () => ({ default: (await import("../views/record/Properties.tsx")).Properties }));
const PEOPLE = new Set(["contact", "lead", "user"]);

export function PreviewPanel({ object, id, onClose }: { object: Obj; id: string; onClose: () => void }) {
  const { t } = useTranslation();
  const past = usePast();
  const found = useQuery(recordQuery(object.name, id, wanted(object.fields, useCatalog()), past));
  const field = object.fields.find(({ name }) => name === object.title);
  const record = found.data;
  const title = record === undefined || record === null || field === undefined ? "" : kindOf(field).format(record[field.name], field);
  return (
    <aside className={style["panel"]} aria-label={t("table.preview")} onKeyDown={(event) => { if (event.key === "Escape" && !event.defaultPrevented) onClose(); }}>
      <div className={style["panelHead"]}>
        <IconButton small label={t("common.close")} onClick={onClose}><IconX size={16} stroke={1.75} aria-hidden /></IconButton>
        <span className={style["grow"]} />
        <Link to="/o/$object/$id" params={{ object: object.name, id }} search={past === null ? {} : { as_of: past }} className={style["openLink"]}>
          <IconExternalLink size={16} stroke={1.75} aria-hidden />{t("common.open")}
        </Link>
      </div>
      {found.isError && <Band message={found.error.message} onRetry={() => { void found.refetch(); }} />}
      {record === null && <Empty title={t("table.gone")} text={t("table.gone_text")} />}
      {record !== null && !found.isError && (
        <>
          <div className={style["panelTitle"]}>
            {PEOPLE.has(object.name) ? <Avatar name={title} id={id} size="l" /> : <Glyph icon={object.icon} colour={object.colour} size="l" />}
            <h2 className="cut">{record === undefined ? <Skeleton width={180} /> : seen(title) || t("table.untitled")}</h2>
          </div>
          <div className={style["panelBody"]}>
            {record !== undefined && <Suspense fallback={<Skeleton />}><Properties object={object} record={record} /></Suspense>}
          </div>
        </>
      )}
    </aside>
  );
}
