/** Choosing files: from a dialog, by dropping them, or by pasting. They are sent at once, and saved with the record. */
import { IconAlertCircle, IconUpload, IconX } from "@tabler/icons-react";
import { type FocusEvent, useEffect, useRef, useState } from "react";
import { Problem } from "../api/client.ts";
import { type Attached, upload } from "../api/upload.ts";
import { classes } from "../lib/classes.ts";
import { t } from "../lib/i18n.ts";
import { Unreadable } from "../lib/json.ts";
import { Button, IconButton } from "../ui/Button.tsx";
import { filesIn } from "./file.tsx";
import { Words } from "./FilesShown.tsx";
import type { EditorProps } from "./kind.ts";
import style from "./files.module.css";

const MOST = 20;
const PICTURES = "image/jpeg,image/png,image/gif,image/webp";

interface Sending {
  key: number;
  name: string;
  part: number;
  fault: string | null;
  stop: AbortController;
}

export default function FilesEditor({ field, value, onChange, onCommit, onCancel, autoFocus, invalid, id }: EditorProps) {
  const { held, sending, fault, add, remove, dismiss } = useFiles(value, onChange);
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const choose = useRef<HTMLButtonElement>(null);
  useEffect(() => { if (autoFocus === true) choose.current?.focus(); }, [autoFocus]);
  const busy = sending.some((one) => one.fault === null);
  const [leaving, setLeaving] = useState(false);
  useEffect(() => { if (leaving && !busy) onCommit(); }, [leaving, busy, onCommit]);
  /** The system's own dialog takes the focus away and does not leave the editor; whoever leaves while files are on their way saves when they are there. */
  const onBlur = (event: FocusEvent<HTMLSpanElement>): void => {
    const stays = event.relatedTarget === null ? event.currentTarget.contains(document.activeElement) : event.currentTarget.contains(event.relatedTarget);
    if (busy || stays) event.stopPropagation();
    if (busy && !stays) setLeaving(true);
  };
  return (
    <span className={classes(style["editor"], over && style["over"])} role="group" aria-label={field.label} aria-invalid={invalid === true ? true : undefined}
      onBlur={onBlur}
      onPaste={(event) => { if (event.clipboardData.files.length > 0) { event.preventDefault(); add(event.clipboardData.files); } }}
      onDragOver={(event) => { event.preventDefault(); setOver(true); }} onDragLeave={() => { setOver(false); }}
      onDrop={(event) => { event.preventDefault(); setOver(false); add(event.dataTransfer.files); }}
      onKeyDown={(event) => {
        if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); onCancel(); }
        if (event.key === "Enter") event.stopPropagation();
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); setLeaving(true); }
      }}>
      {held.map((file) => (
        <span key={file.id} className={style["line"]}>
          <Words file={file} />
          <IconButton small label={t("kinds.remove_file", { name: file.name ?? file.id })} onClick={() => { choose.current?.focus(); remove(file.id); }}>
            <IconX size={13} aria-hidden />
          </IconButton>
        </span>
      ))}
      {sending.map((one) => <SendingLine key={one.key} one={one} onDismiss={() => { choose.current?.focus(); dismiss(one); }} />)}
      {fault !== null && <span className={style["fault"]} role="alert"><IconAlertCircle size={13} aria-hidden />{fault}</span>}
      <span className={style["actions"]}>
        <Button id={id} ref={choose} small icon={<IconUpload size={14} aria-hidden />} onClick={() => { input.current?.click(); }}>{t("kinds.choose_files")}</Button>
        <span className="quiet">{t("kinds.drop_files")}</span>
      </span>
      <input ref={input} type="file" multiple hidden tabIndex={-1} aria-hidden accept={field.kind === "image" ? PICTURES : undefined}
        onChange={({ currentTarget }) => { if (currentTarget.files !== null) add(currentTarget.files); currentTarget.value = ""; }} />
    </span>
  );
}

function SendingLine({ one, onDismiss }: { one: Sending; onDismiss: () => void }) {
  return (
    <span className={style["line"]}>
      <span className="cut">{one.name}</span>
      {one.fault === null
        ? <progress className={style["progress"]} value={one.part} max={1} aria-label={t("kinds.sending_file", { name: one.name })} />
        : <span className={style["fault"]} role="alert"><IconAlertCircle size={13} aria-hidden />{one.fault}</span>}
      <IconButton small label={t("kinds.remove_file", { name: one.name })} onClick={onDismiss}><IconX size={13} aria-hidden /></IconButton>
    </span>
  );
}

/** The files that the field will hold, and those on their way. */
function useFiles(value: unknown, onChange: (value: unknown) => void) {
  const [held, setHeld] = useState(() => filesIn(value));
  const [sending, setSending] = useState<Sending[]>([]);
  const [fault, setFault] = useState<string | null>(null);
  const now = useRef({ held, next: 0, onWay: 0, stops: new Set<AbortController>() });
  useEffect(() => {
    const { stops } = now.current;
    return () => { for (const stop of stops) stop.abort(); };
  }, []);

  const hold = (next: Attached[]): void => {
    now.current.held = next;
    setHeld(next);
    tell();
  };
  /** What is on its way cannot be saved yet, and is not forgotten either. */
  const tell = (): void => {
    const { held: whole, onWay } = now.current;
    onChange(onWay > 0 ? new Unreadable("", t("kinds.files_on_their_way")) : whole.length === 0 ? null : whole);
  };
  const change = (key: number, more: Partial<Sending>): void => {
    setSending((all) => all.map((one) => (one.key === key ? { ...one, ...more } : one)));
  };
  const drop = (key: number): void => { setSending((all) => all.filter((one) => one.key !== key)); };

  const arrived = (stop: AbortController): void => { if (now.current.stops.delete(stop)) now.current.onWay -= 1; };
  const send = (file: File): void => {
    const key = (now.current.next += 1);
    const stop = new AbortController();
    now.current.stops.add(stop);
    now.current.onWay += 1;
    tell();
    stop.signal.addEventListener("abort", () => { arrived(stop); });
    setSending((all) => [...all, { key, name: file.name, part: 0, fault: null, stop }]);
    upload(file, (part) => { change(key, { part }); }, stop.signal).then(
      (made) => { arrived(stop); drop(key); hold([...now.current.held, made]); },
      (error: unknown) => { arrived(stop); change(key, { fault: said(error) }); tell(); },
    );
  };
  const add = (files: FileList): void => {
    const room = MOST - now.current.held.length - sending.length;
    setFault(files.length > room ? t("kinds.too_many_files", { count: MOST }) : null);
    for (const file of [...files].slice(0, Math.max(room, 0))) send(file);
  };
  const dismiss = (one: Sending): void => { one.stop.abort(); drop(one.key); tell(); };
  return { held, sending, fault, add, dismiss, remove: (id: string) => { hold(now.current.held.filter((file) => file.id !== id)); } };
}

function said(error: unknown): string {
  if (!(error instanceof Problem) || error.offline) return t("kinds.file_not_sent");
  return error.errors[0]?.message ?? error.detail;
}
