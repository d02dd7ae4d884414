/** Records as cards in columns of a choice; a card that moves changes its record. */
import { DndContext, DragOverlay, MouseSensor, TouchSensor, useSensor, useSensors, type DragEndEvent } from "@dnd-kit/core";
import { Select } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useBoard, useCatalog } from "../../api/queries.ts";
import type { BoardQuery, Field, Filter, Obj, RecordValues, View } from "../../api/types.ts";
import { convertedOf } from "../../kinds/money.tsx";
import { wanted } from "../../kinds/wanted.ts";
import { t } from "../../lib/i18n.ts";
import { Band } from "../../ui/Band.tsx";
import { Empty } from "../../ui/Empty.tsx";
import { announcements } from "./announcements.ts";
import { BoardSkeleton } from "./BoardSkeleton.tsx";
import { useCarry } from "./carry.ts";
import { Card, Lifted, titleOf } from "./Card.tsx";
import { LaneColumn } from "./LaneColumn.tsx";
import { lanesOf, optionOfLane, withMore } from "./lanes.ts";
import { addTo, moveCard, type Lane } from "./move.ts";
import { MoveMenu } from "./MoveMenu.tsx";
import { laneBelow } from "./steering.ts";
import { formatSum } from "./sums.ts";
import { useMoreCards } from "./useMoreCards.ts";
import { useMoves } from "./useMoves.ts";
import css from "./board.module.css";

const CreateDialog = lazy(() => import("../form/CreateDialog.tsx"));

interface Props {
  object: Obj;
  view: View;
  filter: Filter | null;
  q: string;
  onOpen: (id: string) => void;
}

export default function BoardView(props: Props) {
  useTranslation();
  const group = props.object.fields.find(({ name }) => name === props.view.group);
  if (group === undefined) return <Empty title={t("board.no_group")} text={t("board.no_group_text")} />;
  return <Board {...props} group={group} />;
}

function Board({ object, view, filter, q, onOpen, group }: Props & { group: Field }) {
  const fields = cardFields(object, view);
  const catalog = useCatalog();
  const query = boardQueryOf(view, filter, q, group, [...wanted(shownFields(object, view, group, fields), catalog), "version"]);
  const board = useBoard(object.name, query);
  const phone = useMediaQuery("(max-width: 640px)") === true;
  const [lifted, setLifted] = useState<string | null>(null);
  const [picked, setPicked] = useState<string | null>(null);
  const [adding, setAdding] = useState<{ key: string | null } | null>(null);
  const nameOf = (key: string | null): string => optionOfLane(group, key)?.label ?? key ?? t("board.without", { label: group.label });
  const { pending, move } = useMoves(object, nameOf);
  const carry = useCarry(nameOf);
  const more = useMoreCards(object.name, query);
  const sensors = useSensors(
    useSensor(MouseSensor, { activationConstraint: { distance: 6 } }),
    useSensor(TouchSensor, { activationConstraint: { delay: 220, tolerance: 8 } }),
  );
  if (board.data === undefined) return board.error === null ? <BoardSkeleton /> : <Failed error={board.error} onRetry={() => { void board.refetch(); }} />;

  const base = withMore(lanesOf(board.data, group, view.sums), more.pages);
  const lanes = pending.reduce<readonly Lane[]>(moveCard, base);
  const movable = object.permissions.update && !group.readonly;
  const find = (id: string | null): { lane: Lane; record: RecordValues } | null => {
    for (const lane of lanes) {
      const record = lane.records.find((one) => one.id === id);
      if (record !== undefined) return { lane, record };
    }
    return null;
  };
  const bring = (id: string, to: string | null): void => {
    const found = find(id);
    if (found === null || found.lane.key === to) return;
    const { record } = found;
    void move({ id, group: group.name, from: found.lane.key, to, version: record.version, title: titleOf(object, record) });
  };
  const drop = ({ active, over }: DragEndEvent): void => {
    setLifted(null);
    if (over !== null) bring(String(active.id), keyOf(String(over.id)));
  };
  const flying = find(lifted ?? carry.carried?.id ?? null);
  const keys = lanes.map(({ key }) => key);
  const shown = phone ? lanes.filter((lane) => idOf(lane.key) === (picked ?? idOf(lanes[0]?.key ?? null))) : lanes;
  return (
    <div className={css["frame"]}>
      {board.error !== null && <div className={css["band"]}><Band message={board.error.message} onRetry={() => { void board.refetch(); }} /></div>}
      {phone && (
        <Select
          className={css["pick"] ?? ""}
          allowDeselect={false}
          aria-label={group.label}
          value={picked ?? idOf(lanes[0]?.key ?? null)}
          onChange={setPicked}
          data={lanes.map((lane) => ({ value: idOf(lane.key), label: `${nameOf(lane.key)} · ${String(lane.count)}` }))}
        />
      )}
      <DndContext
        sensors={sensors}
        collisionDetection={laneBelow}
        accessibility={{
          announcements: announcements((id) => nameOfCard(object, find(id)?.record), (id) => nameOf(keyOf(id))),
          screenReaderInstructions: { draggable: t("board.instructions") },
        }}
        onDragStart={({ active }) => { setLifted(String(active.id)); }}
        onDragCancel={() => { setLifted(null); }}
        onDragEnd={drop}
      >
        <div className={css["board"]}>
          {shown.map((lane) => (
            <LaneColumn
              key={idOf(lane.key)}
              id={idOf(lane.key)}
              lane={lane}
              name={nameOf(lane.key)}
              option={optionOfLane(group, lane.key)}
              plus={flying === null || flying.lane.key === lane.key ? "" : gain(flying.record, view)}
              loadingMore={more.loading}
              carriedHere={carry.carried !== null && carry.carried.to === lane.key}
              onMore={() => { more.load(lane.key, lane.records.length); }}
              onAdd={object.permissions.create ? () => { setAdding({ key: lane.key }); } : null}
            >
              {lane.records.map((record) => (
                <Card
                  key={record.id}
                  object={object}
                  fields={fields}
                  record={record}
                  movable={movable && !phone}
                  carried={carry.carried?.id === record.id}
                  landed={carry.landed === record.id}
                  onOpen={onOpen}
                  onKey={(event) => carry.onKey(event, { id: record.id, title: titleOf(object, record), lane: lane.key }, keys, bring)}
                  onLeave={() => { carry.cancel({ id: record.id, title: titleOf(object, record), lane: lane.key }); }}
                  menu={phone && movable && (
                    <MoveMenu lanes={lanes} current={lane.key} nameOf={nameOf} title={titleOf(object, record)} onMove={(key) => { bring(record.id, key); }} />
                  )}
                />
              ))}
            </LaneColumn>
          ))}
        </div>
        <DragOverlay dropAnimation={null}>
          {flying === null || lifted === null ? null : <Lifted object={object} fields={fields} record={flying.record} />}
        </DragOverlay>
      </DndContext>
      <p className="visually-hidden" role="status" aria-live="assertive">{carry.said}</p>
      {adding !== null && (
        <Suspense>
          <CreateDialog
            opened
            object={object}
            initial={adding.key === null ? {} : { [group.name]: adding.key }}
            onClose={() => { setAdding(null); }}
          />
        </Suspense>
      )}
    </div>
  );
}

function Failed({ error, onRetry }: { error: Error; onRetry: () => void }) {
  return <div className={css["band"]}><Band message={error.message} onRetry={onRetry} /></div>;
}

/** Droppables are named by text; the lane of cards without a value has a name of its own. */
function idOf(key: string | null): string {
  return key === null ? "without" : `lane:${key}`;
}

function keyOf(id: string): string | null {
  return id.startsWith("lane:") ? id.slice(5) : null;
}

function nameOfCard(object: Obj, record: RecordValues | undefined): string {
  return record === undefined ? "" : titleOf(object, record);
}

function gain(record: RecordValues, view: View): string {
  const [field] = view.sums;
  return field === undefined ? "" : formatSum(addTo(null, record[field], convertedOf(field, record), 1));
}

function cardFields(object: Obj, view: View): Field[] {
  return view.fields
    .filter((name) => name !== object.title && name !== view.group)
    .map((name) => object.fields.find((field) => field.name === name))
    .filter((field) => field !== undefined)
    .slice(0, 4);
}

/** What the cards show, and what moves with them from sum to sum. */
function shownFields(object: Obj, view: View, group: Field, fields: Field[]): Field[] {
  return [...fields, ...object.fields.filter(({ name }) => name === object.title || name === group.name || view.sums.includes(name))];
}

function boardQueryOf(view: View, filter: Filter | null, q: string, group: Field, fields: string[]): BoardQuery {
  return {
    group: group.name,
    measures: [{ fn: "count" }, ...view.sums.map((field) => ({ fn: "sum", field }))],
    fields,
    filter,
    sort: view.sort,
    limit: 20,
    q,
  };
}
