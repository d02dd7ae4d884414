/** Text with headings, lists and links. The server cleans its HTML; here it is built anew from the tags that are known, so
 * that nothing else is ever drawn. Both that and the editor are loaded when they are wanted. */
import { lazy, Suspense } from "react";
import { htmlOf, plainOf } from "../lib/html.ts";
import { type EditorProps, type Kind } from "./kind.ts";
import { plainText } from "./lineKind.tsx";
import style from "./kinds.module.css";

const RichTextEditor = lazy(() => import("./RichTextEditor.tsx"));
const RichTextShown = lazy(() => import("./RichTextShown.tsx"));

function Editor(props: EditorProps) {
  return <Suspense fallback={<span className={style["loading"]} aria-busy tabIndex={-1} />}><RichTextEditor {...props} /></Suspense>;
}

export const richText: Kind = {
  name: "rich_text", icon: "article", width: 260, long: true, wide: true, line: true, align: "start", Editor,
  Display: ({ value }) => <>{plainOf(plainText(value))}</>,
  Prose: ({ value }) => <Suspense><RichTextShown html={plainText(value)} /></Suspense>,
  format: (value) => plainOf(plainText(value)),
  parse: (typed) => (typed.trim() === "" ? null : htmlOf(typed)),
  isEmpty: (value) => plainOf(plainText(value)) === "",
};
