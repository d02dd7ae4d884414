/** The running number that the server gives; nobody types it. */
import { lineKind, plainText } from "./lineKind.tsx";
import { parseNumber } from "./number.ts";

export const autoNumber = lineKind({ name: "auto_number", icon: "hash", width: 90, align: "end", format: plainText, parse: parseNumber });
