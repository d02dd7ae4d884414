/** One record of one of several objects, written as `account/<id>`. */
import type { Field } from "../api/types.ts";
import type { Kind } from "./kind.ts";
import { relation } from "./relation.tsx";
import { referenceOf } from "./relatedTitle.ts";

function parse(typed: string, field: Field) {
  const [object, id] = typed.trim().includes("/") ? typed.trim().split("/", 2) : [field.to?.[0], typed.trim()];
  return id === undefined || id === "" ? null : { object: object ?? "", id };
}

export const reference: Kind = {
  ...relation, name: "reference", parse,
  format: (value, field) => {
    const found = referenceOf(field, value);
    return found === null ? "" : `${found.object}/${found.id}`;
  },
};
