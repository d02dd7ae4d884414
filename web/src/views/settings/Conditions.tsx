/** The conditions of a field and the formula of its default, folded away until somebody wants them. */
import { Textarea } from "@mantine/core";
import { t } from "../../lib/i18n.ts";
import { CONDITIONS, type FieldDraft } from "./fieldDraft.ts";
import { Faults } from "./Faults.tsx";
import css from "./settings.module.css";
import { checkCondition, Verdict } from "./Verdict.tsx";

interface Props {
  object: string;
  draft: FieldDraft;
  computed: boolean;
  faults: Record<string, string[]>;
  onChange: (values: Partial<FieldDraft>) => void;
}

export function Conditions({ object, draft, computed, faults, onChange }: Props) {
  const offered = computed ? (["visible_if"] as const) : CONDITIONS;
  const used = offered.some((key) => draft[key] !== "");
  const wrong = offered.some((key) => faults[key] !== undefined);
  return (
    <details className={css["more"]} open={used || wrong}>
      <summary>{t("settings.conditions")}</summary>
      <div className={css["form"]}>
        {offered.map((key) => (
          <div key={key}>
            <Textarea
              autosize
              label={t(`settings.${key}`)}
              description={t(`settings.${key}_hint`)}
              spellCheck={false}
              value={draft[key]}
              styles={{ input: { fontFamily: "var(--mono)" } }}
              onChange={(event) => { onChange({ [key]: event.currentTarget.value }); }}
            />
            {key !== "default_formula" && <Verdict object={object} formula={draft[key]} check={checkCondition} />}
            <Faults messages={faults[key]} object={object} />
          </div>
        ))}
      </div>
    </details>
  );
}
