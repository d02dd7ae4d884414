/** Texts by language and area; the area is the name of the file: `t("table.columns")`. */
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { loadStandardNames } from "./standardNames.ts";

export const LANGUAGES = [
  { code: "en", label: "English" },
  { code: "de", label: "Deutsch" },
] as const;

type Texts = Record<string, unknown>;
const STORED = "relata.language";

/** Only the language in use is loaded; the other follows when somebody switches. */
const files = import.meta.glob<Texts>("../texts/*/*.json", { import: "default" });

export const t = i18next.t.bind(i18next);

/** Language for texts and, with the region of the browser, the locale for figures and dates. */
export function language(): string {
  return i18next.resolvedLanguage ?? "en";
}

/** A name of the metadata within a sentence: English writes nouns small, German does not. */
export function inSentence(label: string): string {
  const plain = /^\p{Lu}[^\p{Lu}]*$/u.test(label);
  return language() === "en" && plain ? label.charAt(0).toLowerCase() + label.slice(1) : label;
}

export function locale(): string {
  const wanted = language();
  return navigatorLanguages().find((tag) => tag.startsWith(wanted)) ?? (wanted === "en" ? "en-GB" : wanted);
}

export async function startTexts(): Promise<void> {
  const first = preferred();
  await i18next.use(initReactI18next).init({
    lng: first,
    fallbackLng: false,
    resources: { [first]: { translation: await load(first) } },
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  document.documentElement.lang = first;
}

export async function setLanguage(code: string): Promise<void> {
  i18next.addResourceBundle(code, "translation", await load(code), true, true);
  await i18next.changeLanguage(code);
  localStorage.setItem(STORED, code);
  document.documentElement.lang = code;
}

async function load(code: string): Promise<Texts> {
  const parts = Object.entries(files).filter(([path]) => path.startsWith(`../texts/${code}/`));
  const names = loadStandardNames(code);
  const texts = await Promise.all(parts.map(async ([path, read]) => [area(path), await read()] as const));
  await names;
  return Object.fromEntries(texts);
}

function area(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1, -".json".length);
}

function preferred(): string {
  const stored = localStorage.getItem(STORED);
  const wanted = stored === null ? navigatorLanguages() : [stored];
  for (const tag of wanted) {
    const found = LANGUAGES.find(({ code }) => tag.toLowerCase().startsWith(code));
    if (found !== undefined) return found.code;
  }
  return "en";
}

function navigatorLanguages(): readonly string[] {
  return typeof navigator === "undefined" ? [] : navigator.languages;
}
