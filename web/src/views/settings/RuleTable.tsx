/** The rules of an object: which records are refused, and at which field that is told. */
import { IconPlus } from "@tabler/icons-react";
import type { Obj, Rule } from "../../api/types.ts";
import { classes } from "../../lib/classes.ts";
import { t } from "../../lib/i18n.ts";
import { Button } from "../../ui/Button.tsx";
import css from "./settings.module.css";

interface Props {
  object: Obj;
  /** Null for a new one; left out where the person cannot change them. */
  onOpen: ((rule: Rule | null) => void) | undefined;
}

export function RuleTable({ object, onOpen }: Props) {
  const rules = object.rules ?? [];
  if (rules.length === 0 && onOpen === undefined) return null;
  const label = (name: string | null): string => object.fields.find((field) => field.name === name)?.label ?? t("settings.rule_whole");
  return (
    <section className={css["scroller"]} aria-labelledby="rules">
      <div className={css["cell"]}>
        <h2 id="rules" className={css["heading"]}>{t("settings.rules")} <span className={css["soft"]}>{rules.length}</span></h2>
        {onOpen !== undefined && (
          <Button small look="quiet" icon={<IconPlus size={14} aria-hidden />} onClick={() => { onOpen(null); }}>{t("settings.new_rule")}</Button>
        )}
      </div>
      {rules.length === 0 ? (
        <p className={css["intro"]}>{t("settings.no_rules")}</p>
      ) : (
        <table className={css["table"]}>
          <thead>
            <tr>
              <th scope="col">{t("settings.rule")}</th>
              <th scope="col" className={css["optional"]}>{t("settings.refuse_if")}</th>
              <th scope="col">{t("settings.told_at")}</th>
            </tr>
          </thead>
          <tbody>
            {rules.map((rule) => (
              <tr key={rule.name}>
                <td>
                  {onOpen === undefined || !rule.custom ? rule.label : (
                    <button type="button" className={css["linkish"]} onClick={() => { onOpen(rule); }}>{rule.label}</button>
                  )}
                </td>
                <td className={classes(css["mono"], css["optional"])} title={rule.refuse_if}>{rule.refuse_if}</td>
                <td className={css["soft"]}>{label(rule.field)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
