/** From formula text to something that can be worked out, by precedence climbing as on the server. The server has
 * checked the text before; what cannot be read here is left to it. */
import { readDay, readMoment } from "./calendar.ts";
import { decimal } from "./decimal.ts";
import { FUNCTIONS, isEmpty } from "./functions.ts";
import { tokenise, unquoted, Unreadable, type Token } from "./lexer.ts";
import { ELEMENTS, LISTS, type Node, type Type, type Value } from "./types.ts";

/** The type of the field at a path; null where there is none. */
export type TypeOf = (path: string) => Type | null;

const BINARY: Record<string, [number, string]> = {
  "||": [2, "or"], or: [2, "or"], "&&": [3, "and"], and: [3, "and"],
  "==": [5, "equal"], "!=": [5, "not_equal"], "<": [5, "less"], "<=": [5, "less_equal"], ">": [5, "greater"], ">=": [5, "greater_equal"],
  in: [5, "in"], "+": [6, "add"], "-": [6, "subtract"], "*": [7, "multiply"], "/": [7, "divide"],
};
const [TERNARY, NOT, UNARY] = [1, 4, 8];

export function parse(source: string, typeOf: TypeOf): Node {
  const parser = new Parser(tokenise(source), typeOf);
  const node = parser.expression(0);
  parser.end();
  return node;
}

class Parser {
  private next = 0;
  private readonly tokens: Token[];
  private readonly typeOf: TypeOf;

  constructor(tokens: Token[], typeOf: TypeOf) {
    this.tokens = tokens;
    this.typeOf = typeOf;
  }

  private get token(): Token {
    return this.tokens[this.next] ?? { kind: "end", text: "" };
  }

  private take(text: string): boolean {
    const found = this.token.text === text && this.token.kind !== "text";
    if (found) this.next += 1;
    return found;
  }

  private expect(text: string): void {
    if (!this.take(text)) throw new Unreadable(`${text} is missing.`);
  }

  end(): void {
    if (this.token.kind !== "end") throw new Unreadable("An operator is missing.");
  }

  expression(least: number): Node {
    let left = this.prefix();
    let chain: { name: string; nodes: Node[] } | null = null;
    for (;;) {
      const { kind, text } = this.token;
      const [power, name] = kind !== "sign" && kind !== "name" ? [-1, ""] : text === "?" ? [TERNARY, "?"] : (BINARY[text] ?? [-1, ""]);
      if (power < least) return left;
      this.next += 1;
      if (name === "?") {
        const yes = this.expression(0);
        this.expect(":");
        left = call("if", [left, yes, this.expression(TERNARY)]);
        chain = null;
        continue;
      }
      const right = this.expression(power + 1);
      const nodes: Node[] = chain?.name === name ? [...chain.nodes, right] : [left, right];
      left = binary(name, nodes);
      chain = name === "add" ? { name, nodes } : null;
    }
  }

  private prefix(): Node {
    const { kind, text } = this.token;
    this.next += 1;
    if (kind === "number") return constant(decimal(text), "number");
    if (kind === "text") return constant(unquoted(text), "text");
    if (kind === "name") return this.named(text);
    if (text === "(") {
      const inner = this.expression(0);
      this.expect(")");
      return inner;
    }
    if (text === "[") return listOf(this.items("]"));
    if (text === "-" && this.token.kind === "number") {
      this.next += 1;
      return constant(decimal(`-${this.tokens[this.next - 1]?.text ?? ""}`), "number");
    }
    if (text === "-") return call("negate", [this.expression(UNARY)]);
    if (text === "!") return not(this.expression(UNARY));
    throw new Unreadable("A value is missing.");
  }

  private items(closing: string): Node[] {
    const items: Node[] = [];
    if (this.take(closing)) return items;
    for (;;) {
      items.push(this.expression(0));
      if (this.take(closing)) return items;
      this.expect(",");
    }
  }

  private named(name: string): Node {
    if (name === "true" || name === "false") return constant(name === "true", "boolean");
    if (name === "null") return constant(null, "nothing");
    if (name === "not") return not(this.expression(NOT));
    if (this.take("(")) return named(name, this.items(")"));
    const type = this.typeOf(name);
    if (type === null) throw new Unreadable(`${name} is not known here.`);
    return { type, run: (around) => around.read(name) };
  }
}

function named(name: string, args: Node[]): Node {
  if (name === "today" || name === "now") {
    return { type: name === "now" ? "moment" : "date", run: (around) => (name === "now" ? around.now : around.today) };
  }
  if (name === "case") return cases(args);
  const set = args[0]?.type;
  return call(name === "contains" && (set === "keys" || set === "ids") ? "has" : name, args);
}

function cases([subject, ...pairs]: Node[]): Node {
  if (subject === undefined || pairs.length < 2) throw new Unreadable("case needs a value.");
  const otherwise = pairs.length % 2 === 1 ? pairs.pop() : undefined;
  let made: Node = otherwise ?? constant(null, "nothing");
  for (let at = pairs.length - 2; at >= 0; at -= 2) {
    const [when, then] = [pairs[at], pairs[at + 1]];
    if (when !== undefined && then !== undefined) made = call("if", [binary("equal", [subject, when]), then, made]);
  }
  return made;
}

function binary(name: string, nodes: Node[]): Node {
  const [left, right] = nodes;
  if (left === undefined || right === undefined) throw new Unreadable("A value is missing.");
  if (name === "and" || name === "or") {
    return { type: "boolean", run: (around) => (name === "and" ? nodes.every((one) => one.run(around) === true) : nodes.some((one) => one.run(around) === true)) };
  }
  if (name === "not_equal") return not(binary("equal", nodes));
  if (name === "add" && nodes.some(({ type }) => type === "text")) return call("concat", nodes);
  if (name === "in") return member(left, right);
  if (name !== "equal") return call(name, nodes);
  if (right.constant === null) return call("is_empty", [left]);
  if (left.constant === null) return call("is_empty", [right]);
  if (left.type === "keys") return sameSet(left, right);
  return call(left.type === "texts" || left.type === "ids" ? "has" : "equal", nodes);
}

function sameSet(left: Node, right: Node): Node {
  const { constant: value } = right;
  const set = right.type === "text" && typeof value === "string" ? constant([value], "keys") : right;
  return Array.isArray(set.constant) && isEmpty(set.constant) ? call("is_empty", [left]) : call("same_set", [left, set]);
}

function member(left: Node, right: Node): Node {
  if (left.type in ELEMENTS) return call("has_any", [left, right]);
  return call("in", [left, as(right, LISTS[left.type] ?? left.type)]);
}

function not(inner: Node): Node {
  return { type: "boolean", run: (around) => inner.run(around) !== true };
}

function constant(value: Value, type: Type): Node {
  return { type, constant: value, run: () => value };
}

function listOf(items: Node[]): Node {
  const type = LISTS[items[0]?.type ?? "text"] ?? "texts";
  return constant(items.map((item) => item.constant as string), type);
}

/** A constant takes the type that its place wants. */
function as(node: Node, wanted: Type): Node {
  const { constant: value } = node;
  if (node.type === wanted || value === undefined) return node;
  if (value === null) return constant(null, wanted);
  if (Array.isArray(value)) return constant(wanted === "dates" ? (value as string[]).map((one) => readDay(one) ?? 0) : value, wanted);
  if (node.type !== "text") return node;
  if (wanted === "date") return constant(readDay(value as string), wanted);
  if (wanted === "moment") return constant(readMoment(value as string), wanted);
  return wanted === "id" ? constant(value, wanted) : node;
}

function call(name: string, args: Node[]): Node {
  const known = FUNCTIONS[name];
  if (known === undefined || args.length < known.takes.length - (known.optional ?? 0)) throw new Unreadable(`${name} is worked out by the server.`);
  const places = args.map((_arg, at) => known.takes[at] ?? (known.repeats === true ? known.takes.at(-1) : undefined));
  const firm = args.find((arg, at) => (places[at] === "alike" || places[at] === "set") && !pliable(arg));
  const loose = args.find((arg, at) => places[at] === "alike" && arg.type !== "nothing");
  const common = (firm ?? loose)?.type;
  const fitted = args.map((arg, at) => {
    const place = places[at];
    if (place === "alike" || place === "set") return common === undefined ? arg : as(arg, common);
    if (place === "member") return as(arg, ELEMENTS[args[at - 1]?.type ?? "texts"] ?? "text");
    return place === undefined || place === "any" || place === "words" ? arg : as(arg, place);
  });
  const types = fitted.map(({ type }) => type);
  const made: Node = {
    type: known.gives ?? common ?? "nothing",
    run: (around) => known.run(fitted.map((arg) => arg.run(around)), types),
  };
  const fixed = name === "date" && fitted.every((arg) => arg.constant !== undefined);
  return fixed ? constant(made.run({ read: () => null, now: 0n, today: 0 }), "date") : made;
}

function pliable(node: Node): boolean {
  return node.constant !== undefined && ["text", "texts", "nothing"].includes(node.type);
}
