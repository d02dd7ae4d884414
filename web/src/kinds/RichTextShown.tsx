/** Draws formatted text: read into a document without scripts, and built anew from the tags that are known. */
import { createElement, type ReactNode, useMemo } from "react";
import style from "./richText.module.css";

const TAGS = new Set(["p", "br", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "strong", "b", "em", "i", "u", "s", "del", "code"]);
const LEFT_OUT = new Set(["script", "style", "title", "template", "noscript", "iframe", "object", "svg", "math"]);
const SAFE = /^(?:https?|mailto|tel):/i;
const DEEPEST = 100;
/** A page has its own first headings. */
const LOWERED: Record<string, string> = { h1: "h3", h2: "h4", h3: "h5", h4: "h6", h5: "h6" };

export default function RichTextShown({ html }: { html: string }) {
  const built = useMemo(() => children(new DOMParser().parseFromString(html, "text/html").body, 0), [html]);
  return <div className={style["shown"]}>{built}</div>;
}

function children(node: Node, depth: number): ReactNode[] {
  return depth > DEEPEST ? [] : [...node.childNodes].map((child, at) => drawn(child, at, depth + 1));
}

function drawn(node: Node, key: number, depth: number): ReactNode {
  if (node.nodeType === Node.TEXT_NODE) return node.textContent;
  if (!(node instanceof Element)) return null;
  const tag = node.tagName.toLowerCase();
  if (LEFT_OUT.has(tag)) return null;
  if (tag === "br") return <br key={key} />;
  if (TAGS.has(tag)) return createElement(LOWERED[tag] ?? tag, { key, "data-level": LOWERED[tag] === undefined ? undefined : tag }, ...children(node, depth));
  const href = tag === "a" ? (node.getAttribute("href") ?? "").trim() : "";
  return SAFE.test(href)
    ? <a key={key} href={href} target="_blank" rel="noopener noreferrer">{children(node, depth)}</a>
    : <span key={key}>{children(node, depth)}</span>;
}
