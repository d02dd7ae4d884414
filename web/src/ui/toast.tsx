/** Says what was done and offers to take it back; errors stay until they are dismissed. */
import { notifications } from "@mantine/notifications";
import { t } from "../lib/i18n.ts";
import style from "./toast.module.css";

interface ToastOptions {
  undo?: () => void | Promise<void>;
  error?: boolean;
}

let lastUndo: { id: string; run: () => void } | null = null;

export function toast(message: string, { undo, error = false }: ToastOptions = {}): void {
  const id = `toast-${crypto.randomUUID()}`;
  const take = () => {
    notifications.hide(id);
    lastUndo = null;
    void undo?.();
  };
  if (undo !== undefined) lastUndo = { id, run: take };
  notifications.show({
    id,
    autoClose: error ? false : 8000,
    withCloseButton: error,
    role: error ? "alert" : "status",
    color: error ? "red" : "petrol",
    message: (
      <span className={style["line"]}>
        <span>{message}</span>
        {undo !== undefined && (
          <button type="button" className={style["undo"]} onClick={take}>{t("common.undo")}</button>
        )}
      </span>
    ),
  });
}

/** Ctrl+Z does what the newest Undo button would; false when there is nothing to take back. */
export function undoLast(): boolean {
  if (lastUndo === null) return false;
  lastUndo.run();
  return true;
}
