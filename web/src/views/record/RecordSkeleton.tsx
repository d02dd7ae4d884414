/** The shape of a record page while the record is on its way. */
import { t } from "../../lib/i18n.ts";
import { Skeleton } from "../../ui/Skeleton.tsx";
import css from "./record.module.css";

export function RecordSkeleton() {
  return (
    <div className={css["page"]} aria-busy aria-label={t("record.loading")} role="status">
      <div className={css["top"]}><Skeleton width={160} /></div>
      <div className={css["head"]}><Skeleton width={280} /></div>
      <div className={css["columns"]} data-width="middle">
        <div className={css["side"]}>
          {Array.from({ length: 9 }, (_, row) => <div key={row} className={css["property"]}><Skeleton width={70} /><Skeleton width={140} /></div>)}
        </div>
        <div className={css["panel"]}><div className={css["stack"]}><Skeleton width="40%" /><Skeleton width="80%" /><Skeleton width="70%" /></div></div>
      </div>
    </div>
  );
}
