/** What a table shows when it has no rows: on their way, none at all, none that fit, or a failure. */
import { IconSearchOff } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Problem } from "../../api/client.ts";
import type { Obj } from "../../api/types.ts";
import { classes } from "../../lib/classes.ts";
import type { ListState } from "../../lib/listState.ts";
import { inSentence } from "../../lib/i18n.ts";
import { Glyph } from "../../ui/Avatar.tsx";
import { Band } from "../../ui/Band.tsx";
import { Button } from "../../ui/Button.tsx";
import { Empty } from "../../ui/Empty.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import type { Column } from "./columns.ts";
import style from "./table.module.css";
import type { TableData } from "./useTableData.ts";

export function NoRows({ object, list, data, columns, onNew, onClearFilters }: {
  object: Obj;
  list: ListState;
  data: TableData;
  columns: Column[];
  onNew(): void;
  onClearFilters(): void;
}) {
  const { t } = useTranslation();
  if (data.state === "loading")
    return <div aria-hidden className={style["waiting"]}>{Array.from({ length: 14 }, (_, at) => <LoadingRow key={at} columns={columns} />)}</div>;
  if (data.state === "failed") {
    const problem = data.error instanceof Problem ? data.error : null;
    return (
      <div className={style["waiting"]}>
        <Band tone={problem?.offline === true ? "offline" : "bad"} requestId={problem?.requestId ?? ""} onRetry={data.retry}
          message={problem?.offline === true ? t("common.offline") : (problem?.errors[0]?.message ?? problem?.detail ?? t("common.failed"))} />
      </div>
    );
  }
  if (data.items.length > 0) return null;
  const narrowed = list.filter !== null || list.q !== "";
  return (
    <div className={style["waiting"]}>
      {narrowed
        ? (
          <Empty glyph={<IconSearchOff size={32} stroke={1.5} aria-hidden />} title={t("table.no_matches")} text={t("table.no_matches_text")}>
            <Button onClick={onClearFilters}>{t("table.clear_filters")}</Button>
          </Empty>
        )
        : (
          <Empty glyph={<Glyph icon={object.icon} colour={object.colour} size="l" />} title={t("table.empty", { plural: inSentence(object.plural) })}
            text={t(object.permissions.create ? "table.empty_text" : "table.empty_denied")}>
            {object.permissions.create && <Button look="primary" onClick={onNew}>{t("palette.new", { label: inSentence(object.label) })}</Button>}
          </Empty>
        )}
    </div>
  );
}

export function LoadingRow({ columns }: { columns: Column[] }) {
  return (
    <div role="presentation" className={style["row"]}>
      <div role="gridcell" className={style["check"]} />
      {columns.map(({ field, width }, at) => (
        <div key={field.name} role="gridcell" className={classes(style["cell"], at === 0 && style["first"])} style={{ width }}>
          <Skeleton width={`${String(44 + ((at * 17) % 36))}%`} />
        </div>
      ))}
    </div>
  );
}
