/** What nobody can see is no name. */
import { expect, it } from "vitest";
import { seen } from "./seen.ts";

it.each(["Acme", " a ", "שלום", "\u202Eabc", "👩‍👩‍👧", "0", "–", "\u200Bx"])("is seen: %j", (text) => { expect(seen(text)).toBe(text); });
it.each(["", "  ", "\u200B", "\u202E\u202C", "\uFEFF", "\u00A0\u3000", "\u3164", "\t\n"])("is not seen: %j", (text) => { expect(seen(text)).toBe(""); });
