/** Tabs by the rules: arrows move, the active one is the only stop, the panel is named by its tab. */
import { useId, type KeyboardEvent, type ReactNode } from "react";
import css from "./record.module.css";

export interface Tab {
  name: string;
  label: string;
  panel: ReactNode;
}

interface Props {
  tabs: Tab[];
  active: string;
  label: string;
  onChange: (name: string) => void;
}

export function Tabs({ tabs, active, label, onChange }: Props) {
  const id = useId();
  const at = Math.max(tabs.findIndex(({ name }) => name === active), 0);
  const current = tabs[at];
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    const next = (at + step + tabs.length) % tabs.length;
    const tab = tabs[next];
    if (tab !== undefined) onChange(tab.name);
    event.currentTarget.querySelectorAll<HTMLElement>("[role='tab']")[next]?.focus();
  };
  if (current === undefined) return null;
  return (
    <div className={css["centre"]}>
      <div className={css["tabs"]} role="tablist" aria-label={label} onKeyDown={onKeyDown}>
        {tabs.map((tab) => (
          <button
            key={tab.name}
            type="button"
            role="tab"
            id={`${id}-${tab.name}`}
            className={css["tab"]}
            aria-selected={tab === current}
            aria-controls={tab === current ? `${id}-panel` : undefined}
            tabIndex={tab === current ? 0 : -1}
            onClick={() => { onChange(tab.name); }}
          >
            {tab.label}
          </button>
        ))}
      </div>
      <div className={css["panel"]} role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${current.name}`} tabIndex={0}>
        {current.panel}
      </div>
    </div>
  );
}
