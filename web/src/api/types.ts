/** What the server says about itself and its records, as it arrives over the wire. */

export interface Option {
  key: string;
  label: string;
  colour: string | null;
  probability?: number | null;
  outcome?: string | null;
}

export interface Part {
  name: string;
  label: string;
  type: string;
  /** Worked out by the server, and never written. */
  made?: boolean;
}

export interface Field {
  name: string;
  /** The object that it is a field of. */
  object?: string;
  kind: string;
  label: string;
  help: string | null;
  required: boolean;
  unique: boolean;
  /** While a job finishes the field: which, and the rules (required, unique) that it puts in force. */
  state?: "building" | "ready";
  job?: string;
  building?: string[];
  custom: boolean;
  former?: Former[];
  readonly: boolean;
  options: Option[] | null;
  to: string[] | null;
  inverse: string | null;
  /** Of a many-to-many: the object whose records are the links, and its relations to this end and to the other. */
  through?: { object: string; near: string; far: string };
  formula: string | null;
  /** Of a roll-up: the list, the function, the field, the condition and the order; the kind of what is rolled up. */
  of?: string;
  fn?: string;
  field?: string | null;
  filter?: Filter | string | null;
  sort?: string | null;
  source?: string | null;
  /** Type of the value of a formula; of other kinds the type in the expression language. */
  type: string | null;
  default: unknown;
  /** Of money: the date or moment at whose rate it is converted. */
  rate_date?: string | null;
  /** Conditions and a formula, see `lib/standing`; null where there is none, or where it names what one may not see. */
  default_formula?: string | null;
  required_if?: string | null;
  readonly_if?: string | null;
  visible_if?: string | null;
  filterable: boolean;
  sortable: boolean;
  groupable: boolean;
  measurable: boolean;
  operators: string[];
  parts: Part[];
}

export interface Inverse {
  name: string;
  label: string;
  object: string;
  field: string;
}

export interface View {
  name: string;
  label: string;
  type: "table" | "board";
  fields: string[];
  filter: Filter | null;
  sort: string[];
  group: string | null;
  sums: string[];
}

/** A name from before, and the moment until which it is understood. */
export interface Former {
  name: string;
  until: string;
}

/** A record for which `refuse_if` holds is refused. */
export interface Rule {
  name: string;
  label: string;
  refuse_if: string;
  message: string;
  field: string | null;
  custom: boolean;
}

export interface Obj {
  name: string;
  label: string;
  plural: string;
  icon: string | null;
  colour: string | null;
  shortcut: string | null;
  group: string | null;
  custom: boolean;
  former?: Former[];
  owned: boolean;
  /** Name of the field that names a record. */
  title: string;
  /** Of a junction, whose records are links: its two relations. */
  ends?: string[];
  fields: Field[];
  inverses: Inverse[];
  rules?: Rule[];
  views: View[];
  layout: { sections: { label: string; fields: string[] }[]; related: string[] };
  actions: unknown[];
  permissions: { create: boolean; update: boolean; delete: boolean };
}

export interface Catalog {
  version: number | string;
  objects: Obj[];
}

export type RecordValues = Record<string, unknown> & { id: string; version: number };

export interface Condition {
  field: string;
  op: string;
  value?: unknown;
  where?: Filter;
}

export type Filter = { all: Filter[] } | { any: Filter[] } | { not: Filter } | Condition;

export interface Me {
  user: { id: string; name: string; email: string } | null;
  role: string;
  administers: boolean;
  workspace: { name: string; label: string; currency: string };
  locale: string | null;
  time_zone: string | null;
}

export interface Reference {
  object: string;
  id: string;
}

export interface Money {
  amount: string;
  currency: string;
  /** Of a total: how many amounts in other currencies are in it. */
  converted?: number;
  /** Of one of several totals: how many of its amounts have no rate, which is why there are several. */
  unrated?: number;
}

export interface Page {
  records: RecordValues[];
  next: string | null;
  total?: number;
}

export interface PageQuery {
  filter?: Filter | null;
  sort?: string[];
  fields: string[];
  limit?: number;
  q?: string;
  trash?: boolean;
  as_of?: string | null;
}

export interface Measure {
  fn: string;
  field?: string;
  as?: string;
}

export interface AggregateQuery {
  group?: { field: string; by?: string; as?: string }[];
  measures: Measure[];
  filter?: Filter | null;
  q?: string;
  limit?: number;
  as_of?: string | null;
}

export type AggregateRow = Record<string, unknown>;

export interface BoardQuery {
  group: string;
  measures: Measure[];
  fields: string[];
  filter?: Filter | null;
  sort?: string[];
  limit?: number;
  q?: string;
  as_of?: string | null;
}

export type BoardGroup = Record<string, unknown> & {
  key: unknown;
  count: number;
  records: RecordValues[];
  next: string | null;
};

export interface Hit {
  object: string;
  id: string;
  title: string;
  snippet: string | null;
}

export interface Change {
  at: string;
  by: string | null;
  "by.name": string | null;
  through: string;
  /** Of a key, its name. */
  "through.name": string | null;
  cause: string | null;
  op: "create" | "update" | "delete" | "restore";
  version: number;
  /** What an undoing undid. */
  undoes: { cause: string | null; version: number | null } | null;
  fields: Record<string, { before?: unknown; after?: unknown }>;
}

/** A value, and what it comes from: changes newest first, or what it is worked out from. */
export interface Reason {
  /** Of an input: how the formula names it. */
  path?: string;
  object: string;
  id: string | null;
  field: string;
  value: unknown;
  causes: Cause[];
}

export type Cause =
  | ({
      kind: "change";
      before: unknown;
      /** Where the value is from; null where nobody noted it. */
      origin: "sent" | "default" | "default_formula" | "creator" | "rule" | null;
      rule: string | null;
      line: number | null;
      source: { kind: string; name: string } | null;
    } & Omit<Change, "fields">)
  | { kind: "formula"; formula: string; inputs: Reason[] }
  | { kind: "rollup"; of: string; fn: string; object: string; total: number; records: string[] };

/** What an undoing did, or would do. */
export interface Undoing {
  cause: string | null;
  undone: number;
  conflicts: { object: string; id: string; field: string | null; then: unknown; now: unknown }[];
  conflicts_total: number;
  refused: { object: string; id: string; errors: Fault[] }[];
  refused_total: number;
  dependents_total: number;
}

export type BatchChange =
  | { create: Record<string, unknown> }
  | { update: string; values: Record<string, unknown>; version?: number }
  | { delete: string };

export interface Fault {
  pointer: string;
  code: string;
  message: string;
}

export interface BatchResult {
  status: number;
  record?: RecordValues;
  version?: number;
  detail?: string;
  errors?: Fault[];
}

export interface KindInfo {
  name: string;
  label: string;
  help: string;
  takes: string[];
  unique: boolean;
  /** Whether people give its values; others are worked out. */
  writable: boolean;
  /** The kinds that a field of it can be turned into. */
  becomes: string[];
}
