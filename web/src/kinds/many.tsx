/** Links to several records of one object, each with attributes. How they are drawn and edited is loaded when it is wanted. */
import { lazy, Suspense } from "react";
import { referencesIn } from "./about.tsx";
import { isBlank, type Kind } from "./kind.ts";
import style from "./kinds.module.css";

const ManyShown = lazy(() => import("./ManyShown.tsx"));
const ManyEditor = lazy(() => import("./ManyEditor.tsx"));

export const many: Kind = {
  name: "many", icon: "link", width: 260, long: true, wide: true, align: "start", isEmpty: isBlank,
  Display: (props) => <Suspense><ManyShown {...props} /></Suspense>,
  Editor: (props) => <Suspense fallback={<span className={style["loading"]} aria-busy tabIndex={-1} />}><ManyEditor {...props} /></Suspense>,
  format: (value, field) => referencesIn(field, value).map(({ id }) => id).join(", "),
  parse: (typed) => {
    const ids = typed.split(/[,;\s]+/).filter((part) => part !== "");
    return ids.length === 0 ? null : ids;
  },
};
