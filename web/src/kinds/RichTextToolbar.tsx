/** The buttons over a formatted text: one stop of the Tab key, arrows within. */
import type { Editor } from "@tiptap/core";
import {
  IconBlockquote, IconBold, IconCode, IconH1, IconH2, IconH3, IconItalic, IconLink, IconList, IconListNumbers, IconSourceCode, IconStrikethrough, IconUnderline,
  type Icon,
} from "@tabler/icons-react";
import { type KeyboardEvent, useState } from "react";
import { t } from "../lib/i18n.ts";
import { TextInput } from "../ui/TextInput.tsx";
import style from "./richText.module.css";

interface Tool {
  name: string;
  Icon: Icon;
  keys: string;
  on(editor: Editor): boolean;
  run(editor: Editor): void;
}

const mark = (name: string, type: string, icon: Icon, keys: string): Tool =>
  ({ name, Icon: icon, keys, on: (editor) => editor.isActive(type), run: (editor) => { editor.chain().focus().toggleMark(type).run(); } });
const heading = (level: 1 | 2 | 3, icon: Icon): Tool => ({
  name: `heading_${String(level)}`, Icon: icon, keys: `Control+Alt+${String(level)}`,
  on: (editor) => editor.isActive("heading", { level }), run: (editor) => { editor.chain().focus().toggleHeading({ level }).run(); },
});

const TOOLS: Tool[] = [
  mark("bold", "bold", IconBold, "Control+B"), mark("italic", "italic", IconItalic, "Control+I"), mark("underline", "underline", IconUnderline, "Control+U"),
  mark("strike", "strike", IconStrikethrough, "Control+Shift+S"), mark("code", "code", IconCode, "Control+E"),
  heading(1, IconH1), heading(2, IconH2), heading(3, IconH3),
  { name: "bullets", Icon: IconList, keys: "Control+Shift+8", on: (editor) => editor.isActive("bulletList"), run: (editor) => { editor.chain().focus().toggleBulletList().run(); } },
  { name: "numbers", Icon: IconListNumbers, keys: "Control+Shift+7", on: (editor) => editor.isActive("orderedList"), run: (editor) => { editor.chain().focus().toggleOrderedList().run(); } },
  { name: "quote", Icon: IconBlockquote, keys: "Control+Shift+B", on: (editor) => editor.isActive("blockquote"), run: (editor) => { editor.chain().focus().toggleBlockquote().run(); } },
  { name: "code_block", Icon: IconSourceCode, keys: "Control+Alt+C", on: (editor) => editor.isActive("codeBlock"), run: (editor) => { editor.chain().focus().toggleCodeBlock().run(); } },
];

export function RichTextToolbar({ editor, label }: { editor: Editor; label: string }) {
  const [reachable, setReachable] = useState(0);
  const [address, setAddress] = useState<string | null>(null);
  const linked = editor.isActive("link");
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const move = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (move === undefined || event.target instanceof HTMLInputElement) return;
    event.preventDefault();
    event.stopPropagation();
    const next = (reachable + move + TOOLS.length + 1) % (TOOLS.length + 1);
    setReachable(next);
    event.currentTarget.querySelectorAll("button")[next]?.focus();
  };
  const link = () => {
    const href = (address ?? "").trim();
    setAddress(null);
    const chain = editor.chain().focus().extendMarkRange("link");
    if (href === "") chain.unsetLink().run();
    else chain.setLink({ href: /^(https?|mailto|tel):/i.test(href) ? href : `https://${href}` }).run();
  };
  const openLink = () => { const href: unknown = editor.getAttributes("link")["href"]; setAddress(typeof href === "string" ? href : ""); };
  return (
    <div role="toolbar" aria-label={label} className={style["toolbar"]} onKeyDown={onKeyDown}>
      {TOOLS.map((tool, at) => (
        <button key={tool.name} type="button" tabIndex={at === reachable ? 0 : -1} aria-pressed={tool.on(editor)} aria-keyshortcuts={tool.keys}
          aria-label={t(`kinds.${tool.name}`)} title={`${t(`kinds.${tool.name}`)} (${tool.keys.replace("Control", t("kinds.control"))})`}
          onMouseDown={(event) => { event.preventDefault(); }} onClick={() => { setReachable(at); tool.run(editor); }}>
          <tool.Icon size={16} aria-hidden />
        </button>
      ))}
      <button type="button" tabIndex={reachable === TOOLS.length ? 0 : -1} aria-pressed={linked} aria-expanded={address !== null} aria-label={t("kinds.link")}
        title={t("kinds.link")} onMouseDown={(event) => { event.preventDefault(); }} onClick={() => { setReachable(TOOLS.length); openLink(); }}>
        <IconLink size={16} aria-hidden />
      </button>
      {address !== null && (
        <TextInput className={style["address"] ?? ""} value={address} autoFocus placeholder="https://" aria-label={t("kinds.link_address")}
          onText={setAddress} onCommit={link} onCancel={() => { setAddress(null); editor.commands.focus(); }} />
      )}
    </div>
  );
}
