/** Keys that the table listens to itself; named here so that the sheet of keys can tell of them. */
export const TABLE_KEYS = [
  { id: "move", keys: "arrows" },
  { id: "edit", keys: "enter" },
  { id: "edit_keep", keys: "f2" },
  { id: "next", keys: "tab" },
  { id: "leave", keys: "escape" },
  { id: "preview", keys: "space" },
  { id: "select", keys: "shift+space" },
  { id: "all", keys: "mod+a" },
  { id: "copy", keys: "mod+c" },
  { id: "paste", keys: "mod+v" },
  { id: "delete", keys: "delete" },
] as const;
