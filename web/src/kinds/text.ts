/** One line of text. */
import { lineKind, plainText } from "./lineKind.tsx";

export const text = lineKind({ name: "text", icon: "letter-case", width: 156, line: true, format: plainText, parse: (typed) => typed.trim() || null });
