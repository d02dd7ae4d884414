/** On a phone a table is a list: the name, two chosen fields under it, and the figure at the end. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useCatalog } from "../../api/queries.ts";
import type { Obj, RecordValues } from "../../api/types.ts";
import type { ListState } from "../../lib/listState.ts";
import { seen } from "../../lib/seen.ts";
import { Avatar, Glyph } from "../../ui/Avatar.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { type Column, columnsOf } from "./columns.ts";
import { GroupLabel } from "./GroupHead.tsx";
import type { Group } from "./groups.ts";
import { NoRows } from "./NoRows.tsx";
import style from "./table.module.css";
import { useTableData } from "./useTableData.ts";

const NO_WIDTHS = {};
const PEOPLE = new Set(["contact", "lead", "user"]);

export function PhoneList({ object, list, onNew, onClearFilters }: {
  object: Obj;
  list: ListState;
  onNew(): void;
  onClearFilters(): void;
}) {
  const { t } = useTranslation();
  const catalog = useCatalog();
  const scroll = useRef<HTMLDivElement>(null);
  const [closed, setClosed] = useState<Map<string, Group>>(new Map());
  const columns = useMemo(() => columnsOf(object, list.columns, catalog, NO_WIDTHS), [object, list.columns, catalog]);
  const data = useTableData(object, list, columns, closed);
  const { items, more, fetchMore, group } = data;
  const virtual = useVirtualizer({
    count: items.length, getScrollElement: () => scroll.current, overscan: 8,
    estimateSize: (at) => (items[at]?.type === "group" ? 38 : 64),
  });
  const shown = virtual.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => { if (more && last >= items.length - 40) fetchMore(); });
  return (
    <div className={style["frame"]}>
      <div ref={scroll} className={style["phone"]} tabIndex={0} role="region" aria-label={object.plural} aria-busy={data.state === "loading"}>
        <div role="list" style={{ height: virtual.getTotalSize(), position: "relative" }}>
          {shown.map(({ index, start, key }) => {
            const item = items[index];
            return (
              <div key={key} role="listitem" className={style["line"]} style={{ transform: `translateY(${String(start)}px)`, width: "100%" }}>
                {item?.type === "group" && group !== null && (
                  <button type="button" className={style["phoneGroup"]} aria-expanded={item.open} onClick={() => {
                    const next = new Map(closed);
                    if (!next.delete(item.group.key)) next.set(item.group.key, item.group);
                    setClosed(next);
                  }}>
                    {item.open ? <IconChevronDown size={16} aria-hidden /> : <IconChevronRight size={16} aria-hidden />}
                    <GroupLabel group={item.group} field={group} /> <span>{String(item.group.row?.["count"] ?? "")}</span>
                  </button>
                )}
                {item?.type === "record" && <PhoneRow object={object} record={item.record} columns={columns} untitled={t("table.untitled")} />}
                {item?.type === "loading" && <span className={style["phoneRow"]}><Skeleton width="70%" /></span>}
              </div>
            );
          })}
        </div>
      </div>
      <NoRows object={object} list={list} data={data} columns={columns} onNew={onNew} onClearFilters={onClearFilters} />
    </div>
  );
}

function PhoneRow({ object, record, columns, untitled }: { object: Obj; record: RecordValues; columns: Column[]; untitled: string }) {
  const [first, ...rest] = columns;
  const title = first === undefined ? "" : seen(first.kind.format(record[first.field.name], first.field)) || untitled;
  const filled = rest.filter(({ field, kind }) => !kind.isEmpty(record[field.name]));
  const figure = filled.find(({ kind }) => kind.name === "money") ?? filled.find(({ kind }) => kind.align === "end");
  const under = filled.filter((column) => column !== figure).slice(0, 2);
  return (
    <Link to="/o/$object/$id" params={{ object: object.name, id: record.id }} className={style["phoneRow"]} preload={false}>
      {object.name === "account" || PEOPLE.has(object.name)
        ? <Avatar name={title} id={record.id} size="l" shape={object.name === "account" ? "organisation" : "person"} />
        : <Glyph icon={object.icon} colour={object.colour} size="l" />}
      <span>
        <b className="cut">{title}</b>
        <small className="cut">{under.map(({ field, kind }, at) => (
          <span key={field.name}>{at > 0 && " · "}<Plain column={{ field, kind, width: 0 }} record={record} /></span>
        ))}</small>
      </span>
      {figure !== undefined && <span className={`num cut ${style["phoneEnd"] ?? ""} ${style["end"] ?? ""}`}><figure.kind.Display field={figure.field} value={record[figure.field.name]} record={record} /></span>}
    </Link>
  );
}

/** The value as words: a link within a link is no good. */
function Plain({ column: { field, kind }, record }: { column: Column; record: RecordValues }) {
  return field.to === null ? <>{kind.format(record[field.name], field)}</> : <kind.Display field={field} value={record[field.name]} record={record} />;
}
