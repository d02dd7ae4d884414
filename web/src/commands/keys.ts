/** Turns key strokes into commands. Single keys act only outside of text fields and dialogs. */
import { useEffect } from "react";
import { t } from "../lib/i18n.ts";
import { type Command, offered } from "./registry.ts";

const SEQUENCE_MS = 1200;
const MAC = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.userAgent);

/** «mod+k» of a key event; "" for a modifier alone. */
export function strokeOf(event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">): string {
  if (["Control", "Meta", "Alt", "Shift"].includes(event.key) || event.altKey) return "";
  const mod = event.ctrlKey || event.metaKey ? "mod+" : "";
  const key = event.key.toLowerCase();
  const shift = event.shiftKey && (mod !== "" || key.length > 1) ? "shift+" : "";
  return mod + shift + key;
}

/** The command that these strokes complete, and whether a longer one may still follow. */
export function match(commands: Command[], strokes: string): { command?: Command; more: boolean } {
  const command = commands.find(({ keys, run }) => keys === strokes && run !== undefined);
  const more = commands.some(({ keys }) => keys?.startsWith(`${strokes} `) === true);
  return { ...(command === undefined ? {} : { command }), more };
}

export function useKeys(): void {
  useEffect(() => {
    let before = "";
    let since = 0;
    const listen = (event: KeyboardEvent) => {
      const stroke = strokeOf(event);
      if (stroke === "" || event.defaultPrevented || event.isComposing) return;
      if (!stroke.startsWith("mod+") && (isTyping(event.target) || isDialogOpen())) return;
      const now = Date.now();
      const strokes = before !== "" && now - since < SEQUENCE_MS ? `${before} ${stroke}` : stroke;
      const found = match(offered(), strokes);
      before = found.more ? strokes : "";
      since = now;
      if (found.command?.run !== undefined) {
        event.preventDefault();
        found.command.run();
      }
    };
    window.addEventListener("keydown", listen);
    return () => { window.removeEventListener("keydown", listen); };
  }, []);
}

/** The caps to draw for «mod+k» or «g a». */
export function capsOf(keys: string): string[] {
  return keys.split(" ").flatMap((stroke) => stroke === "+" ? ["+"] : stroke.split("+")).map((part) =>
    part === "mod" ? (MAC ? "⌘" : t("common.ctrl")) : part === "delete" ? t("common.del") : (CAPS[part] ?? (part.length === 1 ? part.toUpperCase() : part)));
}

const CAPS: Record<string, string> = {
  arrows: "← ↑ ↓ →", enter: "↵", escape: "Esc", shift: "⇧", tab: "Tab", space: "␣", f2: "F2", };

export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement
    && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
    && !(target instanceof HTMLInputElement && target.type === "checkbox");
}

function isDialogOpen(): boolean {
  return document.querySelector('[role="dialog"][aria-modal="true"], [role="menu"]') !== null;
}
