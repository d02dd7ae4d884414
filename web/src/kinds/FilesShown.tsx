/** Files as chips that are saved by a click, images as small pictures that open. */
import { IconDownload, IconFile, IconPhoto } from "@tabler/icons-react";
import { useState } from "react";
import type { Attached } from "../api/upload.ts";
import { t } from "../lib/i18n.ts";
import { usePast } from "../lib/past.ts";
import { Dialog } from "../ui/Dialog.tsx";
import { filesIn } from "./file.tsx";
import { addressOf, formatSize, isPicture } from "./files.ts";
import type { DisplayProps } from "./kind.ts";
import style from "./files.module.css";

const MOST = 4;

export default function FilesShown({ field, value, record }: DisplayProps) {
  const [open, setOpen] = useState<Attached | null>(null);
  const past = usePast();
  const asked: Record<string, string> = past === null ? {} : { as_of: past };
  const files = filesIn(value);
  const url = (file: Attached, more: Record<string, string> = {}) => addressOf(field, record, file, { ...asked, ...more });
  const shown = open === null ? null : url(open, { inline: "true" });
  return (
    <span className={style["files"]}>
      {files.slice(0, MOST).map((file) => (
        <One key={file.id} file={file} address={url(file)} preview={url(file, { preview: "true", inline: "true" })}
          picture={field.kind === "image"} onOpen={() => { setOpen(file); }} />
      ))}
      {files.length > MOST && <span className="quiet">+{files.length - MOST}</span>}
      {open !== null && shown !== null && (
        <span onClick={(event) => { event.stopPropagation(); }} onMouseDown={(event) => { event.stopPropagation(); }}
          onDoubleClick={(event) => { event.stopPropagation(); }} onKeyDown={(event) => { event.stopPropagation(); }}>
          <Dialog opened onClose={() => { setOpen(null); }} title={open.name} size="auto" centered>
            <img className={style["large"]} src={shown} alt={open.name ?? ""} width={open.width} height={open.height} />
            <a className={style["save"]} href={url(open) ?? undefined} download={open.name}>
              <IconDownload size={14} aria-hidden />{t("kinds.save_file", { size: formatSize(open.size ?? 0) })}
            </a>
          </Dialog>
        </span>
      )}
    </span>
  );
}

function One({ file, address, preview, picture, onOpen }: {
  file: Attached;
  address: string | null;
  preview: string | null;
  /** Drawn small, not named. */
  picture: boolean;
  onOpen: () => void;
}) {
  const name = file.name ?? file.id;
  if (address !== null && isPicture(file)) {
    return (
      <button type="button" tabIndex={-1} title={name} aria-label={t("kinds.show_file", { name })}
        className={picture ? style["picture"] : style["chip"]} onClick={(event) => { event.stopPropagation(); onOpen(); }}>
        {picture && preview !== null ? <img src={preview} alt="" loading="lazy" decoding="async" /> : <Words file={file} />}
      </button>
    );
  }
  if (address === null) return <span className={style["chip"]}><Words file={file} /></span>;
  return (
    <a className={style["chip"]} href={address} download={name} tabIndex={-1} title={name} onClick={(event) => { event.stopPropagation(); }}>
      <Words file={file} />
    </a>
  );
}

export function Words({ file }: { file: Attached }) {
  const Drawn = isPicture(file) ? IconPhoto : IconFile;
  return (
    <>
      <span className={style["named"]}><Drawn size={13} stroke={1.75} aria-hidden /><span className="cut">{file.name ?? file.id}</span></span>
      {file.size !== undefined && <span className={style["size"]}>{formatSize(file.size)}</span>}
    </>
  );
}
