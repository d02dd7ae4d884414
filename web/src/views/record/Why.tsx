/** Where a value comes from: who set it and what it was before, or what it is worked out from. */
import { Popover } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useCatalog, useWhy } from "../../api/queries.ts";
import type { Cause, Field, Obj, Reason } from "../../api/types.ts";
import { kindOf } from "../../kinds/registry.ts";
import { classes } from "../../lib/classes.ts";
import { objectNamed } from "../../lib/fields.ts";
import { formatAgo, formatMoment } from "../../lib/format.ts";
import { t } from "../../lib/i18n.ts";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { door } from "./door.ts";
import css from "./record.module.css";

interface Props {
  object: Obj;
  field: Field;
  id: string;
}

export function Why({ object, field, id }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" width={340} withinPortal trapFocus closeOnEscape transitionProps={{ duration: 0 }}>
      <Popover.Target>
        <button type="button" className={classes(css["pen"], css["asking"])} aria-label={t("why.ask", { label: field.label })} aria-expanded={open}
          onClick={() => { setOpen(!open); }}>
          <IconInfoCircle size={14} aria-hidden />
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        {open && <Answer object={object} field={field} id={id} />}
      </Popover.Dropdown>
    </Popover>
  );
}

function Answer({ object, field, id }: Props) {
  const why = useWhy(object.name, id, field.name);
  return (
    <div className={css["why"]} tabIndex={-1} data-autofocus>
      <h2>{t("why.title", { label: field.label })}</h2>
      {why.isPending && <Skeleton width="80%" />}
      {why.error !== null && <p className={css["fault"]} role="alert">{why.error.message}</p>}
      {why.data !== undefined && <Causes reason={why.data} />}
    </div>
  );
}

function Causes({ reason }: { reason: Reason }) {
  const object = objectNamed(useCatalog(), reason.object);
  const field = object?.fields.find(({ name }) => name === reason.field);
  if (reason.causes.length === 0) return <p className={css["unset"]}>{t("why.nothing")}</p>;
  return (
    <ol>
      {reason.causes.map((cause, at) => (
        <li key={cause.kind === "change" ? cause.version : at}>
          {cause.kind === "change" && <Changed cause={cause} field={field} />}
          {cause.kind === "formula" && <Formula formula={cause.formula} inputs={cause.inputs} />}
          {cause.kind === "rollup" && <RolledUp cause={cause} />}
        </li>
      ))}
    </ol>
  );
}

function Changed({ cause, field }: { cause: Extract<Cause, { kind: "change" }>; field: Field | undefined }) {
  const who = cause["by.name"] ?? cause["through.name"] ?? t("history.nobody");
  const before = field === undefined || kindOf(field).isEmpty(cause.before) ? t("history.empty") : kindOf(field).format(cause.before, field);
  return (
    <>
      <span>
        <b>{who}</b> {cause.op === "create" ? t(filled(cause) ? "why.made" : "why.created") : t("why.changed", { before })}
      </span>
      <span className={css["through"]}>{[door(cause), cause.undoes === null ? "" : t("past.undid"), ...origin(cause)].filter(Boolean).join(" · ")}</span>
      <time dateTime={cause.at} title={formatMoment(cause.at)}>{formatAgo(cause.at)}</time>
    </>
  );
}

const filled = ({ origin: from }: { origin: string | null }) => from !== null && from !== "sent";

/** What nobody typed: the row of a file, a default, a rule. */
function origin({ source, line, origin: from, rule }: Extract<Cause, { kind: "change" }>): string[] {
  const row = line === null ? "" : source === null ? t("why.row", { line }) : t("why.row_of", { line, file: source.name });
  const set = !filled({ origin: from }) ? "" : t(`why.origin.${from}`, { rule: (rule ?? "").replaceAll("_", " ") });
  return [row, set];
}

function Formula({ formula, inputs }: { formula: string; inputs: Reason[] }) {
  return (
    <>
      <code>{formula}</code>
      <dl>
        {inputs.map((input) => <Input key={input.path ?? input.field} input={input} />)}
      </dl>
    </>
  );
}

function Input({ input }: { input: Reason }) {
  const field = objectNamed(useCatalog(), input.object)?.fields.find(({ name }) => name === input.field);
  const empty = field === undefined || kindOf(field).isEmpty(input.value);
  const [latest] = input.causes;
  const said = empty ? t("history.empty") : kindOf(field).format(input.value, field);
  return (
    <div>
      <dt><code>{input.path}</code></dt>
      <dd>
        {input.id !== null && input.path?.includes(".") === true
          ? <Link to="/o/$object/$id" params={{ object: input.object, id: input.id }}>{said}</Link>
          : said}
        {latest?.kind === "change" && <span className={css["through"]}> {latest["by.name"] ?? t("history.nobody")}, {formatAgo(latest.at)}</span>}
        {latest !== undefined && latest.kind !== "change" && <Causes reason={input} />}
      </dd>
    </div>
  );
}

function RolledUp({ cause }: { cause: Extract<Cause, { kind: "rollup" }> }) {
  const object = objectNamed(useCatalog(), cause.object);
  const plural = object?.plural ?? cause.object;
  return <span>{t("why.rollup", { fn: t(`settings.rollup.fns.${cause.fn}`), count: cause.total, plural })}</span>;
}
