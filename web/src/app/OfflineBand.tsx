/** Tells when the machine has lost its connection. */
import { useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { Band } from "../ui/Band.tsx";

export function OfflineBand() {
  const { t } = useTranslation();
  const online = useSyncExternalStore(listen, () => navigator.onLine);
  return online ? null : <Band tone="offline" message={t("common.offline")} />;
}

function listen(tell: () => void): () => void {
  window.addEventListener("online", tell);
  window.addEventListener("offline", tell);
  return () => {
    window.removeEventListener("online", tell);
    window.removeEventListener("offline", tell);
  };
}
