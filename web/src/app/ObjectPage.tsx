/** One object as a list: head, views, filter, then the table or the board, and the panel beside it. */
import { useMediaQuery } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { useLocation, useNavigate, useParams, useRouter, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useCallback, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAggregate, useObject } from "../api/queries.ts";
import { type Command, useOffer } from "../commands/registry.ts";
import { formatNumber } from "../lib/format.ts";
import { formatPast, inOrder, Past, readOnly } from "../lib/past.ts";
import { listState, writeSums } from "../lib/listState.ts";
import type { ListSearch } from "../lib/search.ts";
import { inSentence } from "../lib/i18n.ts";
import { Glyph } from "../ui/Avatar.tsx";
import { Button } from "../ui/Button.tsx";
import { PastBand } from "../ui/PastBand.tsx";
import { FilterBar } from "../views/filter/FilterBar.tsx";
import { PhoneList } from "../views/table/PhoneList.tsx";
import { TableView } from "../views/table/TableView.tsx";
import style from "./objectPage.module.css";
import { CompareMenu } from "./PastMenu.tsx";
import { PreviewPanel } from "./PreviewPanel.tsx";
import { TABLE_KEYS } from "./tableKeys.ts";
import { ViewBar } from "./ViewBar.tsx";

const BoardView = lazy(() => import("../views/board/BoardView.tsx"));
const Comparison = lazy(() => import("../views/compare/Comparison.tsx"));
const CreateDialog = lazy(() => import("../views/form/CreateDialog.tsx"));

export function ObjectPage() {
  const { object: name } = useParams({ from: "/signed-in/o/$object" });
  const { as_of: moment = null } = useSearch({ from: "/signed-in/o/$object" });
  return <Past value={moment}><List key={name} name={name} past={moment} /></Past>;
}

function List({ name, past }: { name: string; past: string | null }) {
  const { t } = useTranslation();
  const known = useObject(name);
  const object = useMemo(() => (past === null ? known : readOnly(known)), [known, past]);
  const search = useSearch({ from: "/signed-in/o/$object" });
  const navigate = useNavigate();
  const router = useRouter();
  const { hash } = useLocation();
  const list = useMemo(() => listState(object, search), [object, search]);
  const [creating, setCreating] = useState(false);
  const [adding, setAdding] = useState(false);
  const words = useRef<HTMLInputElement>(null);
  const phone = useMediaQuery("(max-width: 639px)");
  const total = useAggregate(name, { filter: list.filter, q: list.q, measures: [{ fn: "count" }] });
  const count = total.data?.[0]?.["count"];

  const change = useCallback((patch: ListSearch, replace = false) => {
    void navigate({
      to: "/o/$object", params: { object: name }, replace,
      search: (before: ListSearch) => without({ ...before, ...patch }),
    });
  }, [navigate, name]);
  /** Words are told a moment after they are typed; by then the person may have opened a record. */
  const look = (q: string) => {
    if (router.latestLocation.pathname === `/o/${name}`) change({ q }, true);
  };
  const open = (id: string) => {
    void navigate({ to: "/o/$object/$id", params: { object: name, id }, search: past === null ? {} : { as_of: past } });
  };
  const create = useCallback(() => { if (object.permissions.create) setCreating(true); }, [object.permissions.create]);
  const closeCreate = () => {
    setCreating(false);
    if (hash === "new") void navigate({ to: "/o/$object", params: { object: name }, search, hash: "", replace: true });
  };

  const commands = useMemo<Command[]>(() => [
    { id: "create", label: t("palette.new", { label: inSentence(object.label) }), group: "list", icon: object.icon, keys: "c", run: create },
    { id: "search-list", label: t("filter.search_in", { plural: inSentence(object.plural) }), group: "list", icon: "list", keys: "/", run: () => { words.current?.focus(); } },
    { id: "add-filter", label: t("filter.add"), group: "list", icon: "adjustments", keys: "f", run: () => { setAdding(true); } },
    ...object.views.map((view): Command => ({
      id: `view-${view.name}`, label: t("table.view_named", { view: view.label }), group: "list", icon: view.type === "board" ? "kanban" : "table",
      run: () => { change({ view: view.name }); },
    })),
    ...TABLE_KEYS.map(({ id, keys }): Command => ({ id, keys, label: t(`table.key_${id}`), group: "table" })),
  ], [t, object, create, change]);
  useOffer("list", commands);

  const preview = search.preview ?? null;
  const compared = past === null || search.compare === undefined ? null : inOrder(past, search.compare);
  const board = list.view.type === "board";
  const shared = {
    object, list,
    onNew: create,
    onClearFilters: () => { change({ filter: null, q: "" }); },
  };
  return (
    <>
      <header className={style["top"]}>
        <Glyph icon={object.icon} colour={object.colour} size="m" />
        <h1>{object.plural}</h1>
        <span className={style["count"]}>{typeof count === "number" ? formatNumber(count) : ""}</span>
        <span className={style["grow"]} />
        {object.permissions.create && (
          <Button look="primary" icon={<IconPlus size={16} stroke={1.75} aria-hidden />} onClick={create}
            aria-label={t("palette.new", { label: inSentence(object.label) })}>
            <span className={style["newLabel"]}>{t("palette.new", { label: inSentence(object.label) })}</span>
          </Button>
        )}
      </header>
      {past !== null && (
        <PastBand moment={past} onBack={() => { change({ as_of: "", compare: "" }); }}
          {...(compared === null ? {} : { text: t("past.compared", { from: formatPast(compared[0]), to: formatPast(compared[1]) }) })}>
          <CompareMenu compared={compared !== null} onChange={(compare) => { change({ compare }); }} />
          {compared !== null && <Button small onClick={() => { change({ compare: "" }); }}>{t("past.compare_end")}</Button>}
        </PastBand>
      )}
      <ViewBar object={object} list={list} onChange={change} />
      <FilterBar object={object} filter={list.filter} q={list.q} changed={list.changed} search={words} adding={adding} onAdding={setAdding}
        onFilter={(filter) => { change({ filter }); }} onQ={look}
        onReset={() => { void navigate({ to: "/o/$object", params: { object: name }, search: without({ ...(search.view === undefined ? {} : { view: search.view }), as_of: past ?? "" }) }); }} />
      <div className={style["content"]}>
        {compared !== null
          ? <Suspense fallback={null}><Comparison object={object} list={list} from={compared[0]} to={compared[1]} /></Suspense>
          : board
          ? (
            <Suspense fallback={null}>
              <BoardView object={object} view={list.group === null ? list.view : { ...list.view, group: list.group }}
                filter={list.filter} q={list.q} onOpen={open} />
            </Suspense>
          )
          : phone === true
            ? <PhoneList {...shared} />
            : (
              <TableView {...shared} preview={preview} onPreview={(id) => { change({ preview: id ?? "" }, true); }}
                onSort={(sort) => { change({ sort: sort.join(",") }); }} onSums={(sums) => { change({ sums: writeSums(sums) }); }} />
            )}
        {preview !== null && !board && compared === null && (
          <PreviewPanel object={object} id={preview} onClose={() => { change({ preview: "" }, true); }} />
        )}
      </div>
      {(creating || hash === "new") && object.permissions.create && (
        <Suspense fallback={null}>
          <CreateDialog object={object} opened onClose={closeCreate} />
        </Suspense>
      )}
    </>
  );
}

/** Leaves out of the address what says nothing. */
function without(search: ListSearch): ListSearch {
  const { q, preview, as_of: moment, compare, ...rest } = search;
  return { ...rest, ...(compare === undefined || compare === "" || moment === undefined || moment === "" ? {} : { compare }), ...(moment === undefined || moment === "" ? {} : { as_of: moment }), ...(q === undefined || q === "" ? {} : { q }), ...(preview === undefined || preview === "" ? {} : { preview }) };
}
