/** The way a record goes, stage by stage; a click sets where it is. */
import { IconCheck, IconX } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import type { Field, Obj, Option, RecordValues } from "../../api/types.ts";
import { t } from "../../lib/i18n.ts";
import css from "./record.module.css";
import { useChange } from "./useChange.ts";

interface Props {
  object: Obj;
  field: Field;
  record: RecordValues;
}

export function StagePath({ object, field, record }: Props) {
  const change = useChange(object);
  const list = useRef<HTMLOListElement>(null);
  const options = field.options ?? [];
  const current = options.findIndex(({ key }) => key === record[field.name]);
  const editable = object.permissions.update && !field.readonly;
  useEffect(() => {
    const step = list.current?.children[Math.max(current, 0)];
    if (step instanceof HTMLElement && list.current !== null) list.current.scrollLeft = step.offsetLeft - 60;
  }, [current]);
  return (
    <ol ref={list} className={css["path"]} aria-label={field.label}>
      {options.map((option, at) => {
        const state = stateOf(option, at, current, options[current]);
        return (
          <li key={option.key} data-state={state}>
            <button
              type="button"
              className={css["step"]}
              disabled={!editable}
              aria-current={at === current ? "step" : undefined}
              title={editable && at !== current ? t("record.set_stage", { label: option.label }) : undefined}
              onClick={() => { if (at !== current) void change(record, field, option.key); }}
            >
              <span className={css["node"]} aria-hidden>
                {(state === "done" || state === "won") && <IconCheck size={11} stroke={3} />}
                {state === "lost" && <IconX size={11} stroke={3} />}
              </span>
              <span className={css["stepName"]}>{option.label}</span>
            </button>
          </li>
        );
      })}
    </ol>
  );
}

type State = "done" | "now" | "later" | "won" | "lost";

/** A lost record has no stages behind it that count; a won one has all of them. */
function stateOf(option: Option, at: number, current: number, now: Option | undefined): State {
  if (at === current) return option.outcome === "won" ? "won" : option.outcome === "lost" ? "lost" : option.outcome ? "done" : "now";
  if (now?.outcome === "lost" || at > current || option.outcome === "lost") return "later";
  return "done";
}
