/** Finds a record by typing: the server searches, the person picks. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { pageQuery, searchQuery, useCatalog } from "../api/queries.ts";
import type { Hit, Reference } from "../api/types.ts";
import { writeName } from "../lib/personName.ts";
import { Avatar, Glyph } from "../ui/Avatar.tsx";
import { Picker, type PickerProps } from "../ui/Picker.tsx";
import style from "./kinds.module.css";

interface RecordPickerProps extends Omit<PickerProps, "options" | "chosen" | "onPick" | "onQuery"> {
  /** Objects to choose from. */
  to: string[];
  chosen: Reference[];
  onPick(found: Reference[]): void;
}

export function RecordPicker({ to, chosen, onPick, ...rest }: RecordPickerProps) {
  const [q, setQ] = useState("");
  const { objects } = useCatalog();
  const first = objects.find(({ name }) => name === to[0]);
  const hits = useQuery({ ...searchQuery(q, to), placeholderData: (before: Hit[] | undefined) => before });
  const recent = useInfiniteQuery({
    ...pageQuery(first?.name ?? "", { fields: [first?.title ?? "id"], limit: 20, sort: first === undefined ? [] : ["-updated_at"] }),
    enabled: q === "" && first !== undefined,
  });
  const found: { object: string; id: string; title: string }[] = q.trim() !== ""
    ? (hits.data ?? [])
    : (recent.data?.pages[0]?.records ?? []).map((record) => ({
      object: first?.name ?? "", id: record.id, title: writeName(record[first?.title ?? "id"]),
    }));
  const keyed = new Map(found.map((hit) => [`${hit.object} ${hit.id}`, { object: hit.object, id: hit.id }]));
  for (const one of chosen) keyed.set(`${one.object} ${one.id}`, one);
  return (
    <Picker {...rest} chosen={chosen.map(({ object, id }) => `${object} ${id}`)} onQuery={setQ}
      onPick={(keys) => { onPick(keys.flatMap((key) => keyed.get(key) ?? [])); }}
      options={found.map((hit) => {
        const object = objects.find(({ name }) => name === hit.object);
        return {
          key: `${hit.object} ${hit.id}`,
          label: hit.title,
          node: (
            <span className={style["person"]}>
              {to.length > 1
                ? <Glyph icon={object?.icon ?? null} colour={object?.colour ?? null} />
                : <Avatar name={hit.title} id={hit.id} shape={hit.object === "account" ? "organisation" : "person"} />}
              <span className="cut">{hit.title}</span>
            </span>
          ),
        };
      })} />
  );
}
