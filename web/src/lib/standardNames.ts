/** The names that Relata itself gave to objects, fields, options and views, in the person's language. They are stored in
 * English; what an administrator has renamed or made stays as it was written. */
import type { Catalog, Field, Obj } from "../api/types.ts";

type Names = Record<string, string>;

const files = import.meta.glob<Names>("../standard/*.json", { import: "default" });
const loaded = new Map<string, (catalog: Catalog) => Catalog>();

export async function loadStandardNames(language: string): Promise<void> {
  const names = await files[`../standard/${language}.json`]?.();
  if (names !== undefined) loaded.set(language, (catalog) => translated(catalog, names));
}

/** What draws a catalog in the language; always the same function, so that it is done once. */
export function standardNames(language: string): (catalog: Catalog) => Catalog {
  return loaded.get(language) ?? unchanged;
}

function unchanged(catalog: Catalog): Catalog {
  return catalog;
}

export function translated(catalog: Catalog, names: Names): Catalog {
  const named = <T extends { label: string }>(one: T): T => ({ ...one, label: names[one.label] ?? one.label });
  const field = (one: Field): Field => one.custom ? { ...one, parts: one.parts.map(named) } : {
    ...named(one), help: one.help === null ? null : (names[one.help] ?? one.help), options: one.options?.map(named) ?? null, parts: one.parts.map(named),
  };
  const object = (one: Obj): Obj => ({
    ...(one.custom ? one : { ...named(one), plural: names[one.plural] ?? one.plural }),
    fields: one.fields.map(field),
    inverses: one.inverses.map(named),
    views: one.views.map(named),
    layout: { ...one.layout, sections: one.layout.sections.map(named) },
  });
  return { ...catalog, objects: catalog.objects.map(object) };
}
