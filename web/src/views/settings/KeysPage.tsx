/** Keys for programs: made (and then shown once), listed, revoked. */
import { IconPlus } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { request } from "../../api/client.ts";
import { useMe } from "../../api/queries.ts";
import { formatAgo } from "../../lib/format.ts";
import { t } from "../../lib/i18n.ts";
import { Band } from "../../ui/Band.tsx";
import { Button } from "../../ui/Button.tsx";
import { Empty } from "../../ui/Empty.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { ConfirmDelete } from "./ConfirmDelete.tsx";
import { Denied } from "./Denied.tsx";
import { NewKeyDialog } from "./NewKeyDialog.tsx";
import { SettingsShell } from "./SettingsShell.tsx";
import css from "./settings.module.css";

interface Key {
  id: string;
  name: string;
  role: string;
  created_at: string;
  used_at: string | null;
}

export default function KeysPage() {
  useTranslation();
  const { administers } = useMe();
  const [making, setMaking] = useState(false);
  const queries = useQueryClient();
  return (
    <SettingsShell
      section="keys"
      title={t("settings.section_keys")}
      actions={administers && (
        <Button look="primary" icon={<IconPlus size={16} aria-hidden />} onClick={() => { setMaking(true); }}>
          {t("settings.new_key")}
        </Button>
      )}
    >
      {administers ? <Keys onNew={() => { setMaking(true); }} /> : <Denied />}
      {making && (
        <NewKeyDialog
          onClose={() => {
            setMaking(false);
            void queries.invalidateQueries({ queryKey: ["keys"] });
          }}
        />
      )}
    </SettingsShell>
  );
}

function Keys({ onNew }: { onNew: () => void }) {
  const [revoking, setRevoking] = useState<Key | null>(null);
  const answer = useQuery({ queryKey: ["keys"], queryFn: () => request<{ keys: Key[] }>("GET", "/keys") });
  const keys = answer.data?.keys ?? [];
  if (answer.error !== null) return <Band message={answer.error.message} onRetry={() => { void answer.refetch(); }} />;
  if (answer.isSuccess && keys.length === 0) {
    return (
      <Empty title={t("settings.no_keys")} text={t("settings.no_keys_text")}>
        <Button look="primary" onClick={onNew}>{t("settings.new_key")}</Button>
      </Empty>
    );
  }
  return (
    <>
      <p className={css["intro"]}>{t("settings.keys_intro")}</p>
      <table className={css["table"]}>
        <thead>
          <tr>
            <th scope="col">{t("settings.key_name")}</th>
            <th scope="col">{t("settings.role")}</th>
            <th scope="col" className={css["optional"]}>{t("settings.created")}</th>
            <th scope="col" className={css["optional"]}>{t("settings.last_used")}</th>
            <th scope="col"><span className="visually-hidden">{t("settings.actions")}</span></th>
          </tr>
        </thead>
        <tbody>
          {answer.isPending && <tr><td colSpan={5}><Skeleton width={200} /></td></tr>}
          {keys.map((key) => (
            <tr key={key.id}>
              <td>{key.name}</td>
              <td>{t(`settings.role_${key.role}`, { defaultValue: key.role })}</td>
              <td className={css["optional"]}>{formatAgo(key.created_at)}</td>
              <td className={css["optional"]}>{key.used_at === null ? <span className={css["soft"]}>{t("settings.never")}</span> : formatAgo(key.used_at)}</td>
              <td className={css["end"]}><Button look="danger" small onClick={() => { setRevoking(key); }}>{t("settings.revoke")}</Button></td>
            </tr>
          ))}
        </tbody>
      </table>
      {revoking !== null && (
        <ConfirmDelete
          title={t("settings.revoke_title", { name: revoking.name })}
          text={t("settings.revoke_text")}
          confirm={t("settings.revoke_key")}
          path={`/keys/${revoking.id}`}
          onClose={() => { setRevoking(null); }}
          onDone={() => { void answer.refetch(); }}
        />
      )}
    </>
  );
}
