/** A band across a page: something failed or the server is out of reach. */
import { IconAlertTriangle, IconWifiOff } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import style from "./band.module.css";
import { Button } from "./Button.tsx";

export function Band({ tone = "bad", message, requestId, onRetry }: {
  tone?: "bad" | "offline";
  message: string;
  requestId?: string;
  onRetry?: () => void;
}) {
  const { t } = useTranslation();
  const Drawn = tone === "bad" ? IconAlertTriangle : IconWifiOff;
  return (
    <div role="alert" className={style["band"]} data-tone={tone}>
      <Drawn size={16} stroke={1.75} aria-hidden />
      <span>{message}</span>
      {requestId !== undefined && requestId !== "" && <code>{requestId}</code>}
      {onRetry !== undefined && <Button small onClick={onRetry}>{t("common.retry")}</Button>}
    </div>
  );
}
