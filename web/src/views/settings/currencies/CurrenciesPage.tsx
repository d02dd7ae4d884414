/** The currencies that amounts are converted from: today's rates, and the ways to new ones. */
import { IconCoins, IconFileImport, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "../../../api/queries.ts";
import { formatDate } from "../../../lib/format.ts";
import { t } from "../../../lib/i18n.ts";
import { Band } from "../../../ui/Band.tsx";
import { Button } from "../../../ui/Button.tsx";
import { Empty } from "../../../ui/Empty.tsx";
import { Skeleton } from "../../../ui/Skeleton.tsx";
import { SettingsShell } from "../SettingsShell.tsx";
import css from "../settings.module.css";
import { currenciesQuery, formatInverse, formatRate, nameOf, type Currency } from "./currencies.ts";
import { FileDialog } from "./FileDialog.tsx";
import { RateDialog } from "./RateDialog.tsx";
import { SetBy } from "./SetBy.tsx";

type Doing = { what: "add" } | { what: "import" } | { what: "rate"; code: string };

export default function CurrenciesPage() {
  useTranslation();
  const { administers, workspace } = useMe();
  const [doing, setDoing] = useState<Doing | null>(null);
  const answer = useQuery(currenciesQuery);
  const own = answer.data?.own ?? workspace.currency;
  const close = (): void => { setDoing(null); };
  const add = (
    <Button look="primary" icon={<IconPlus size={16} aria-hidden />} onClick={() => { setDoing({ what: "add" }); }}>{t("currencies.add")}</Button>
  );
  const actions = administers && (
    <>
      <Button icon={<IconFileImport size={16} aria-hidden />} onClick={() => { setDoing({ what: "import" }); }}>{t("currencies.import")}</Button>
      {add}
    </>
  );
  return (
    <SettingsShell section="currencies" title={t("settings.section_currencies")} actions={actions}>
      <p className={css["intro"]}>{t("currencies.intro", { own })} {!administers && t("currencies.intro_member")}</p>
      <Own code={own} />
      {answer.error !== null && <Band message={answer.error.message} onRetry={() => { void answer.refetch(); }} />}
      {answer.isPending && <Skeleton width={320} />}
      {answer.data?.currencies.length === 0 && (
        <Empty glyph={<IconCoins size={32} stroke={1.5} aria-hidden />} title={t("currencies.none", { own })}
          text={t(administers ? "currencies.none_text" : "currencies.none_member", { own })}>
          {administers && add}
        </Empty>
      )}
      {answer.data !== undefined && answer.data.currencies.length > 0 && (
        <Currencies own={own} currencies={answer.data.currencies} onRate={administers ? (code) => { setDoing({ what: "rate", code }); } : null} />
      )}
      {doing?.what === "import" && <FileDialog onClose={close} />}
      {doing !== null && doing.what !== "import" && <RateDialog own={own} code={doing.what === "rate" ? doing.code : null} onClose={close} />}
    </SettingsShell>
  );
}

function Own({ code }: { code: string }) {
  return (
    <section className={css["card"]} aria-label={t("currencies.own")}>
      <div>
        <div className={css["label"]}>{t("currencies.own")}</div>
        <b>{code}</b> · {nameOf(code)}
        <p className={css["hint"]}>{t("currencies.own_text")}</p>
      </div>
    </section>
  );
}

interface ListProps {
  own: string;
  currencies: Currency[];
  onRate: ((code: string) => void) | null;
}

function Currencies({ own, currencies, onRate }: ListProps) {
  return (
    <table className={css["table"]}>
      <thead>
        <tr>
          <th scope="col">{t("currencies.currency")}</th>
          <th scope="col">{t("currencies.rate_today")}</th>
          <th scope="col" className={css["optional"]}>{t("currencies.since")}</th>
          <th scope="col" className={css["optional"]}>{t("currencies.set_by")}</th>
          {onRate !== null && <th scope="col" className={css["optional"]}><span className="visually-hidden">{t("settings.actions")}</span></th>}
        </tr>
      </thead>
      <tbody>
        {currencies.map((one) => (
          <tr key={one.currency}>
            <td>
              <Link className={css["linkish"]} to="/settings/currencies/$code" params={{ code: one.currency }}>{one.currency}</Link>
              <span className={css["soft"]}> · {nameOf(one.currency)}</span>
            </td>
            <td className="num" title={one.rate === null ? undefined : t("currencies.inverse", { own, code: one.currency, rate: formatInverse(one.rate) })}>
              {one.rate === null ? <span className={css["soft"]}>{t("currencies.starts", { date: formatDate(one.first) })}</span> : `${formatRate(one.rate)} ${own}`}
            </td>
            <td className={css["optional"]}>{one.date === null ? "" : formatDate(one.date)}</td>
            <td className={css["optional"]}><SetBy {...one} /></td>
            {onRate !== null && (
              <td className={`${css["end"] ?? ""} ${css["optional"] ?? ""}`}>
                <Button small onClick={() => { onRate(one.currency); }} aria-label={t("currencies.new_rate_of", { code: one.currency })}>{t("currencies.new_rate")}</Button>
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
