/** What is shown where a screen broke: what happened and the way on. */
import { useRouter } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Problem } from "../api/client.ts";
import { Band } from "../ui/Band.tsx";
import { Button } from "../ui/Button.tsx";
import { Empty } from "../ui/Empty.tsx";

export function Failure({ error, reset }: { error: unknown; reset: () => void }) {
  const { t } = useTranslation();
  const router = useRouter();
  const again = () => {
    reset();
    void router.invalidate();
  };
  if (error instanceof Problem && error.offline)
    return <Band tone="offline" message={t("common.offline")} onRetry={again} />;
  return (
    <main>
      <h1 className="visually-hidden">{t("common.unexpected")}</h1>
      <Empty title={t("common.unexpected")} text={error instanceof Error ? error.message : ""}>
        <Button look="primary" onClick={again}>{t("common.retry")}</Button>
        <Button onClick={() => { window.location.assign("/"); }}>{t("common.reload")}</Button>
      </Empty>
    </main>
  );
}
