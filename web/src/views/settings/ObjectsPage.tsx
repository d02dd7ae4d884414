/** All objects of the workspace; administrators add their own. */
import { IconPlus } from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useCatalog, useMe } from "../../api/queries.ts";
import type { Obj } from "../../api/types.ts";
import { t } from "../../lib/i18n.ts";
import { Glyph } from "../../ui/Avatar.tsx";
import { Button } from "../../ui/Button.tsx";
import { Deleted } from "./Deleted.tsx";
import { NewObjectDialog } from "./NewObjectDialog.tsx";
import { SettingsShell } from "./SettingsShell.tsx";
import css from "./settings.module.css";

export default function ObjectsPage() {
  useTranslation();
  const { objects } = useCatalog();
  const { administers } = useMe();
  const [adding, setAdding] = useState(false);
  const navigate = useNavigate();
  const own = objects.filter((object) => object.custom && !object.ends?.length);
  const builtIn = objects.filter((object) => !object.custom);
  return (
    <SettingsShell
      section="objects"
      title={t("settings.section_objects")}
      actions={
        administers && (
          <Button look="primary" icon={<IconPlus size={16} aria-hidden />} onClick={() => { setAdding(true); }}>
            {t("settings.new_object")}
          </Button>
        )
      }
    >
      <p className={css["intro"]}>{t(administers ? "settings.objects_intro" : "settings.objects_intro_member")}</p>
      {own.length > 0 && <ObjectTable heading={t("settings.own_objects")} objects={own} />}
      <ObjectTable heading={t("settings.built_in_objects")} objects={builtIn} />
      {administers && <Deleted />}
      <NewObjectDialog
        opened={adding}
        onClose={() => { setAdding(false); }}
        onCreated={(object) => { void navigate({ to: "/settings/objects/$object", params: { object } }); }}
      />
    </SettingsShell>
  );
}

function ObjectTable({ heading, objects }: { heading: string; objects: Obj[] }) {
  return (
    <section>
      <h2 className={css["heading"]}>{heading}</h2>
      <table className={css["table"]}>
        <thead>
          <tr>
            <th scope="col">{t("settings.object")}</th>
            <th scope="col" className={css["optional"]}>{t("settings.name")}</th>
            <th scope="col" className={css["end"]}>{t("settings.fields")}</th>
          </tr>
        </thead>
        <tbody>
          {objects.map((object) => (
            <tr key={object.name}>
              <td>
                <span className={css["cell"]}>
                  <Glyph icon={object.icon} colour={object.colour} size="m" />
                  <Link to="/settings/objects/$object" params={{ object: object.name }}>{object.plural}</Link>
                </span>
              </td>
              <td className={`${css["mono"] ?? ""} ${css["optional"] ?? ""}`}>{object.name}</td>
              <td className={`${css["end"] ?? ""} num`}>{object.fields.length}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
