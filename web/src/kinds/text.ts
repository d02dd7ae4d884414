/** One line of text. */
import { lineKind, plainText } from "./lineKind.tsx";

export const text = lineKind({ name: "text", format: plainText, parse: (typed) => typed.trim() || null });
