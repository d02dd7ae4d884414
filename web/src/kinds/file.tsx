/** Files of a record, and images, which are files that are shown. Both how they are shown and their editor are loaded when wanted. */
import { lazy, Suspense } from "react";
import type { Attached } from "../api/upload.ts";
import { splitList } from "./choices.tsx";
import { type DisplayProps, type EditorProps, isBlank, type Kind } from "./kind.ts";
import style from "./kinds.module.css";

const FilesEditor = lazy(() => import("./FilesEditor.tsx"));
const FilesShown = lazy(() => import("./FilesShown.tsx"));

export function filesIn(value: unknown): Attached[] {
  return Array.isArray(value) ? (value as Attached[]) : [];
}

function names(value: unknown): string {
  return filesIn(value).map(({ id, name }) => name ?? id).join(", ");
}

function Display(props: DisplayProps) {
  return isBlank(props.value) ? null : <Suspense fallback={<>{names(props.value)}</>}><FilesShown {...props} /></Suspense>;
}

function Editor(props: EditorProps) {
  return <Suspense fallback={<span className={style["loading"]} aria-busy tabIndex={-1} />}><FilesEditor {...props} /></Suspense>;
}

function fileKind(name: string, icon: string): Kind {
  return {
    name, icon, width: 180, align: "start", long: true, wide: true, link: true, line: true, Display, Editor, isEmpty: isBlank, format: names,
    parse: (typed) => {
      const ids = splitList(typed);
      return ids.length === 0 ? null : ids.map((id) => ({ id }));
    },
  };
}

export const file = fileKind("file", "file");
export const image = fileKind("image", "photo");
