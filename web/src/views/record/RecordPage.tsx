/** A record with all that belongs to it: properties, related lists, history. */
import { useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "../../api/client.ts";
import { objectCalled, recordQuery, useCatalog, useDelete, useRestore } from "../../api/queries.ts";
import type { Inverse, Obj, RecordValues } from "../../api/types.ts";
import { wanted } from "../../kinds/wanted.ts";
import { t } from "../../lib/i18n.ts";
import { Past, readOnly, usePast } from "../../lib/past.ts";
import { PastBand } from "../../ui/PastBand.tsx";
import { Band } from "../../ui/Band.tsx";
import { Button } from "../../ui/Button.tsx";
import { Empty } from "../../ui/Empty.tsx";
import { toast } from "../../ui/toast.tsx";
import { stageField, titleOf } from "./columns.ts";
import { History } from "./History.tsx";
import { Overview } from "./Overview.tsx";
import { pointingBack } from "./prefill.ts";
import { Properties } from "./Properties.tsx";
import { RecordHeader } from "./RecordHeader.tsx";
import { RecordSkeleton } from "./RecordSkeleton.tsx";
import { Related, type Adding } from "./Related.tsx";
import { StagePath } from "./StagePath.tsx";
import { Tabs, type Tab } from "./Tabs.tsx";
import css from "./record.module.css";

const EditDialog = lazy(() => import("../form/EditDialog.tsx"));
const CreateDialog = lazy(() => import("../form/CreateDialog.tsx"));

export default function RecordPage() {
  useTranslation();
  const { object: name, id } = useParams({ strict: false });
  const { as_of: moment = null } = useSearch({ from: "/signed-in/o/$object/$id" });
  const navigate = useNavigate();
  const object = objectCalled(name, useCatalog().objects);
  if (object === undefined || id === undefined) return <Gone object={undefined} />;
  return (
    <Past value={moment}>
      {moment !== null && (
        <PastBand moment={moment} onBack={() => { void navigate({ to: "/o/$object/$id", params: { object: object.name, id } }); }} />
      )}
      <Loaded key={`${object.name}/${id}`} object={moment === null ? object : readOnly(object)} id={id} />
    </Past>
  );
}

function Loaded({ object, id }: { object: Obj; id: string }) {
  const catalog = useCatalog();
  const past = usePast();
  const record = useQuery(recordQuery(object.name, id, wanted(object.fields, catalog), past));
  if (record.data === undefined) {
    if (record.error === null) return <RecordSkeleton />;
    if (record.error instanceof Problem && [400, 404, 422].includes(record.error.status)) return <Gone object={object} />;
    return <div className={css["panel"]}><Band message={record.error.message} onRetry={() => { void record.refetch(); }} /></div>;
  }
  if (record.data === null && past !== null) return <Empty title={t("past.not_there")} text={t("past.not_there_text")} />;
  return record.data === null ? <Gone object={object} /> : <Page object={object} record={record.data} />;
}

function Page({ object, record }: { object: Obj; record: RecordValues }) {
  const [editing, setEditing] = useState(false);
  const [adding, setAdding] = useState<Adding | null>(null);
  const path = stageField(object);
  const remove = useRemove(object, record);
  return (
    <article className={css["page"]}>
      <RecordHeader object={object} record={record} onEdit={() => { setEditing(true); }} onDelete={remove} />
      {path !== undefined && <StagePath object={object} field={path} record={record} />}
      <Columns object={object} record={record} onAdd={setAdding} />
      {editing && (
        <Suspense>
          <EditDialog object={object} record={record} title={titleOf(object, record)} onClose={() => { setEditing(false); }} />
        </Suspense>
      )}
      {adding !== null && (
        <Suspense>
          <CreateDialog
            opened
            object={adding.object}
            initial={pointingBack(adding.field, object.name, record.id)}
            onClose={() => { setAdding(null); }}
          />
        </Suspense>
      )}
    </article>
  );
}

function Columns({ object, record, onAdd }: { object: Obj; record: RecordValues; onAdd: (adding: Adding) => void }) {
  const wide = useMediaQuery("(min-width: 1280px)", true, { getInitialValueInEffect: false });
  const phone = useMediaQuery("(max-width: 800px)", false, { getInitialValueInEffect: false });
  const [tab, setTab] = useState("first");
  const { main, aside } = useRelatedParts(object);
  const properties = <Properties object={object} record={record} />;
  const cards = aside.map((inverse) => <Related key={inverse.name} inverse={inverse} id={record.id} compact onAdd={onAdd} />);
  const overview: Tab = {
    name: "overview",
    label: t("record.overview"),
    panel: <Overview object={object} record={record} lists={main} compact={phone} onAdd={onAdd} onHistory={() => { setTab("history"); }} />,
  };
  const related: Tab = { name: "related", label: t("record.related"), panel: <div className={css["stack"]}>{cards}</div> };
  const history: Tab = { name: "history", label: t("record.history"), panel: <History object={object} id={record.id} /> };
  const details: Tab = { name: "details", label: t("record.details"), panel: properties };
  const tabs = [...(phone ? [details] : []), overview, ...(!wide && cards.length > 0 ? [related] : []), history];
  return (
    <div className={css["columns"]} data-width={phone ? "phone" : wide && cards.length > 0 ? "wide" : "middle"}>
      {!phone && <section className={css["side"]} aria-label={t("record.details")}>{properties}</section>}
      <Tabs tabs={tabs} active={tab} label={t("record.parts")} onChange={setTab} />
      {wide && cards.length > 0 && <section className={css["side"]} aria-label={t("record.related")}>{cards}</section>}
    </div>
  );
}

/** Activities stand at the side; records with values to compare get the room of the centre. */
function useRelatedParts(object: Obj): { main: Inverse[]; aside: Inverse[] } {
  const { objects } = useCatalog();
  const listed = object.layout.related.flatMap((name) => object.inverses.find((inverse) => inverse.name === name) ?? []);
  const isActivity = (inverse: Inverse): boolean => objects.find(({ name }) => name === inverse.object)?.group === "activities";
  return { main: listed.filter((inverse) => !isActivity(inverse)), aside: listed.filter(isActivity) };
}

function useRemove(object: Obj, record: RecordValues): () => void {
  const remove = useDelete(object.name);
  const restore = useRestore(object.name);
  const navigate = useNavigate();
  const title = titleOf(object, record);
  const back = async (): Promise<void> => {
    try {
      await restore.mutateAsync(record.id);
      await navigate({ to: "/o/$object/$id", params: { object: object.name, id: record.id } });
    } catch (error) {
      toast(String(error), { error: true });
    }
  };
  /** The toast outlives this page, so it is shown by the promise and not by callbacks of the page. */
  const run = async (): Promise<void> => {
    try {
      await remove.mutateAsync(record.id);
      toast(t("record.deleted", { title }), { undo: back });
      await navigate({ to: "/o/$object", params: { object: object.name } });
    } catch (error) {
      toast(error instanceof Problem ? error.detail : String(error), { error: true });
    }
  };
  return () => { void run(); };
}

function Gone({ object }: { object: Obj | undefined }) {
  const navigate = useNavigate();
  return (
    <Empty title={t("record.gone")} text={t("record.gone_text")}>
      {object !== undefined && (
        <Button look="primary" onClick={() => { void navigate({ to: "/o/$object", params: { object: object.name } }); }}>
          {t("record.to_list", { plural: object.plural })}
        </Button>
      )}
      <Button look="quiet" onClick={() => { void navigate({ to: "/settings/trash" }); }}>{t("record.to_trash")}</Button>
    </Empty>
  );
}
