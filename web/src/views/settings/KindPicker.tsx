/** All kinds of fields with a line of help each; typing narrows them. */
import { TextInput } from "@mantine/core";
import { useState } from "react";
import type { KindInfo } from "../../api/types.ts";
import { t } from "../../lib/i18n.ts";
import { Icon } from "../../ui/Icon.tsx";
import { kindIcon } from "../../kinds/registry.ts";
import { kindHelp, kindLabel } from "./kindTexts.ts";
import css from "./settings.module.css";

export function KindPicker({ kinds, onPick }: { kinds: KindInfo[]; onPick: (kind: string) => void }) {
  const [q, setQ] = useState("");
  const found = kinds.filter((kind) => `${kindLabel(kind.name, kinds)} ${kindHelp(kind)}`.toLowerCase().includes(q.toLowerCase()));
  return (
    <div className={css["form"]}>
      <TextInput
        data-autofocus
        type="search"
        value={q}
        aria-label={t("settings.find_kind")}
        placeholder={t("settings.find_kind")}
        onChange={(event) => { setQ(event.currentTarget.value); }}
        onKeyDown={(event) => {
          if (event.key === "Enter" && found[0] !== undefined) onPick(found[0].name);
        }}
      />
      <div className={css["kinds"]}>
        {found.map((kind) => (
          <button key={kind.name} type="button" className={css["kind"]} onClick={() => { onPick(kind.name); }}>
            <Icon name={kindIcon(kind.name)} size={16} />
            <span>
              <b>{kindLabel(kind.name, kinds)}</b>
              <span>{kindHelp(kind)}</span>
            </span>
          </button>
        ))}
      </div>
    </div>
  );
}
