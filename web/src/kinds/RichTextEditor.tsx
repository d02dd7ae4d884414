/** The editor of formatted text: a toolbar over a page of text, everything also by keys. */
import { Editor } from "@tiptap/core";
import StarterKit from "@tiptap/starter-kit";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { t } from "../lib/i18n.ts";
import type { EditorProps } from "./kind.ts";
import { plainText } from "./lineKind.tsx";
import { RichTextToolbar } from "./RichTextToolbar.tsx";
import style from "./richText.module.css";

const LINK = {
  openOnClick: false, defaultProtocol: "https", protocols: ["mailto", "tel"],
  HTMLAttributes: { target: null, rel: "noopener noreferrer", class: null },
};
const PARTS = StarterKit.configure({ horizontalRule: false, dropcursor: false, gapcursor: false, trailingNode: false, heading: { levels: [1, 2, 3] }, link: LINK });

export default function RichTextEditor({ field, value, onChange, onCommit, onCancel, autoFocus, invalid, id }: EditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const [editor, setEditor] = useState<Editor | null>(null);
  const [, redraw] = useState(0);
  const change = useRef(onChange);
  useEffect(() => { change.current = onChange; });
  useEffect(() => {
    const made = new Editor({
      element: place.current, extensions: [PARTS], content: plainText(value), injectCSS: false, autofocus: autoFocus === true ? "end" : false,
      editorProps: { attributes: { role: "textbox", "aria-multiline": "true", "aria-label": field.label, ...(id === undefined ? {} : { id }) } },
      onUpdate: ({ editor: now }) => { change.current(now.getText().trim() === "" ? null : now.getHTML()); },
      onTransaction: () => { redraw((count) => count + 1); },
    });
    setEditor(made);
    return () => { made.destroy(); };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- it starts once, with what the field held then
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); onCancel(); }
    if (event.key !== "Enter") return;
    event.stopPropagation();
    if (event.ctrlKey || event.metaKey) { event.preventDefault(); onCommit(); }
  };
  return (
    <div className={style["editor"]} data-invalid={invalid === true ? true : undefined} onKeyDown={onKeyDown}
      onKeyDownCapture={(event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); event.stopPropagation(); onCommit(); } }}>
      {editor !== null && <RichTextToolbar editor={editor} label={t("kinds.toolbar", { field: field.label })} />}
      <div ref={place} className={`${style["shown"] ?? ""} ${style["page"] ?? ""}`} />
    </div>
  );
}
