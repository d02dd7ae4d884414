/** The frame around every screen: sidebar or bottom bar, palette, keys, and the state of the connection. */
import { useMantineColorScheme } from "@mantine/core";
import { Outlet, useNavigate } from "@tanstack/react-router";
import { Suspense, useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLive } from "../api/live.ts";
import { useCatalog } from "../api/queries.ts";
import { useKeys } from "../commands/keys.ts";
import { type Command, useOffer } from "../commands/registry.ts";
import { inSentence } from "../lib/i18n.ts";
import { undoLast } from "../ui/toast.tsx";
import { Palette } from "../views/palette/Palette.tsx";
import { ShortcutSheet } from "../views/palette/ShortcutSheet.tsx";
import { BottomBar } from "./BottomBar.tsx";
import { OfflineBand } from "./OfflineBand.tsx";
import style from "./shell.module.css";
import { Sidebar } from "./Sidebar.tsx";

export function Shell() {
  const { t } = useTranslation();
  const [palette, setPalette] = useState(false);
  const [sheet, setSheet] = useState(false);
  const openPalette = useCallback(() => { setPalette(true); }, []);
  useKeys();
  useLive();
  useGlobalCommands(openPalette, () => { setSheet(true); });
  return (
    <div className={style["app"]}>
      <a className={style["skip"]} href="#main">{t("common.skip")}</a>
      <Sidebar onSearch={openPalette} />
      <main id="main" tabIndex={-1} className={style["main"]}>
        <div className={style["stage"]}>
          <OfflineBand />
          <Suspense fallback={null}><Outlet /></Suspense>
        </div>
        {/* Menus and lists open here: outside what scrolls, and inside a landmark. */}
        <div id="layers" data-portal />
      </main>
      <BottomBar onSearch={openPalette} />
      {palette && <Palette onClose={() => { setPalette(false); }} />}
      <ShortcutSheet opened={sheet} onClose={() => { setSheet(false); }} />
    </div>
  );
}

function useGlobalCommands(openPalette: () => void, openSheet: () => void): void {
  const { t, i18n } = useTranslation();
  const { objects } = useCatalog();
  const navigate = useNavigate();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const [showSheet] = useState(() => openSheet);
  const commands = useMemo<Command[]>(() => {
    const go = (to: string) => () => { void navigate({ to }); };
    return [
      { id: "palette", label: t("palette.open"), group: "go", keys: "mod+k", run: openPalette },
      { id: "keys", label: t("palette.keys"), group: "settings", icon: "key", keys: "?", run: showSheet },
      { id: "undo", label: t("palette.undo_last"), group: "table", keys: "mod+z", run: () => { undoLast(); } },
      ...objects.map((object): Command => ({
        id: `go-${object.name}`,
        label: object.plural,
        group: "go",
        icon: object.icon,
        ...(object.shortcut === null ? {} : { keys: `g ${object.shortcut.toLowerCase()}` }),
        run: () => { void navigate({ to: "/o/$object", params: { object: object.name } }); },
      })),
      ...objects.filter(({ permissions }) => permissions.create).map((object): Command => ({
        id: `new-${object.name}`,
        label: t("palette.new", { label: inSentence(object.label) }),
        group: "create",
        icon: object.icon,
        run: () => { void navigate({ to: "/o/$object", params: { object: object.name }, hash: "new" }); },
      })),
      ...["objects", "users", "keys", "trash"].map((page): Command => ({
        id: `settings-${page}`, label: t(`palette.settings_${page}`), group: "settings", icon: "settings", run: go(`/settings/${page}`),
      })),
      ...(["light", "dark", "auto"] as const).filter((scheme) => scheme !== colorScheme).map((scheme): Command => ({
        id: `theme-${scheme}`, label: t(`palette.theme_${scheme}`), group: "settings", icon: "adjustments",
        run: () => { setColorScheme(scheme); },
      })),
    ];
    // The language is among the reasons to make the labels again.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [t, i18n.language, objects, navigate, openPalette, showSheet, colorScheme, setColorScheme]);
  useOffer("shell", commands);
}
