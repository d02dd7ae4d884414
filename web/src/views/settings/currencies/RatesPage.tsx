/** The rates of one currency, newest first: who set them, and the ways to set or delete one. */
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "../../../api/queries.ts";
import { formatDate } from "../../../lib/format.ts";
import { t } from "../../../lib/i18n.ts";
import { today } from "../../../lib/zone.ts";
import { Band } from "../../../ui/Band.tsx";
import { Button, IconButton } from "../../../ui/Button.tsx";
import { Empty } from "../../../ui/Empty.tsx";
import { Skeleton } from "../../../ui/Skeleton.tsx";
import { toast } from "../../../ui/toast.tsx";
import { ConfirmDelete } from "../ConfirmDelete.tsx";
import { SettingsShell } from "../SettingsShell.tsx";
import css from "../settings.module.css";
import { formatInverse, formatRate, nameOf, ratesQuery, type Rate } from "./currencies.ts";
import own from "./currencies.module.css";
import { RateDialog } from "./RateDialog.tsx";
import { SetBy } from "./SetBy.tsx";

type Doing = "rate" | "forget" | Rate;

export default function RatesPage() {
  useTranslation();
  const { code = "" } = useParams({ strict: false });
  const { administers, workspace } = useMe();
  const [doing, setDoing] = useState<Doing | null>(null);
  const navigate = useNavigate();
  const page = useInfiniteQuery(ratesQuery(code));
  const rates = page.data?.pages.flatMap((part) => part.rates) ?? [];
  const close = (): void => { setDoing(null); };
  const back = (): void => {
    toast(t("currencies.deleted", { code }));
    void navigate({ to: "/settings/currencies" });
  };
  const fresh = <Button look="primary" icon={<IconPlus size={16} aria-hidden />} onClick={() => { setDoing("rate"); }}>{t("currencies.new_rate")}</Button>;
  return (
    <SettingsShell
      section="currencies"
      crumb={<><Link to="/settings/currencies">{t("settings.section_currencies")}</Link> /</>}
      title={`${code} · ${nameOf(code)}`}
      actions={administers && rates.length > 0 && (
        <>
          <Button look="danger" icon={<IconTrash size={16} aria-hidden />} onClick={() => { setDoing("forget"); }}>{t("currencies.delete_currency")}</Button>
          {fresh}
        </>
      )}
    >
      {page.error !== null && <Band message={page.error.message} onRetry={() => { void page.refetch(); }} />}
      {page.isPending && <Skeleton width={320} />}
      {page.isSuccess && rates.length === 0 && (
        <Empty title={t("currencies.no_rates", { code })} text={t("currencies.no_rates_text", { code })}>{administers && fresh}</Empty>
      )}
      {rates.length > 0 && (
        <>
          <p className={css["intro"]}>{t("currencies.history_text")}</p>
          <Rates code={code} into={workspace.currency} rates={rates} onDelete={administers ? setDoing : null} />
        </>
      )}
      {page.hasNextPage && (
        <div><Button disabled={page.isFetchingNextPage} onClick={() => { void page.fetchNextPage(); }}>{t("settings.more")}</Button></div>
      )}
      {doing === "rate" && <RateDialog own={workspace.currency} code={code} onClose={close} />}
      {doing === "forget" && (
        <ConfirmDelete title={t("currencies.delete_currency_title", { code })} text={t("currencies.delete_currency_text", { code })} confirm={t("currencies.delete_currency")}
          path={`/currencies/${code}`} onClose={close} onDone={back} />
      )}
      {doing !== null && typeof doing === "object" && (
        <ConfirmDelete title={t("currencies.delete_rate_title")} confirm={t("currencies.delete")} path={`/currencies/${code}/rates/${doing.date}`} onClose={close}
          text={`${t("currencies.delete_rate_text", { code, date: formatDate(doing.date, true) })} ${rates.length === 1 ? t("currencies.delete_last", { code }) : ""}`}
          onDone={() => { toast(t("currencies.rate_deleted")); }} />
      )}
    </SettingsShell>
  );
}

interface ListProps {
  code: string;
  into: string;
  rates: Rate[];
  onDelete: ((rate: Rate) => void) | null;
}

function Rates({ code, into, rates, onDelete }: ListProps) {
  const now = rates.find(({ date }) => date <= today());
  return (
    <table className={css["table"]}>
      <thead>
        <tr>
          <th scope="col">{t("currencies.from")}</th>
          <th scope="col">{t("currencies.worth", { code, own: into })}</th>
          <th scope="col" className={css["optional"]}>{t("currencies.worth", { code: into, own: code })}</th>
          <th scope="col" className={css["optional"]}>{t("currencies.set_by")}</th>
          {onDelete !== null && <th scope="col" className={css["tickCell"]}><span className="visually-hidden">{t("settings.actions")}</span></th>}
        </tr>
      </thead>
      <tbody>
        {rates.map((rate) => (
          <tr key={rate.date}>
            <td>
              {formatDate(rate.date, true)}
              {rate === now && <span className={own["now"]}>{t("currencies.now")}</span>}
              {rate.date > today() && <span className={own["now"]}>{t("currencies.later")}</span>}
            </td>
            <td className="num">{formatRate(rate.rate)}</td>
            <td className={`num ${css["optional"] ?? ""} ${css["soft"] ?? ""}`}>{formatInverse(rate.rate)}</td>
            <td className={css["optional"]}><SetBy {...rate} /></td>
            {onDelete !== null && (
              <td className={css["end"]}>
                <IconButton small label={t("currencies.delete_rate", { date: formatDate(rate.date, true) })} onClick={() => { onDelete(rate); }}><IconTrash size={16} aria-hidden /></IconButton>
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
