/** A member of the workspace. */
import { type Kind } from "./kind.ts";
import { relation } from "./relation.tsx";

export const user: Kind = { ...relation, name: "user", icon: "user-check", width: 172 };
