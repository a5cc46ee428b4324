import type * as ast from "../../src/syntax/ast.ts";
import { binaryOperators } from "../../src/syntax/ast.ts";
import { contextual, reserved, spelling } from "../../src/syntax/tokens.ts";
import type { Choices } from "./choices.ts";

/** Trees as the parser could have read them; places are left at 0. What could not be read so is left out, and said why. */
export const at = { start: 0, end: 0 } as const;

const plainNames = ["a", "b", "x1", "some_name", "Finding", "result"];
const contextualWords = contextual.map(spelling);
/** Words that mean something of their own where a statement, a step or a type begins, or after one. */
const taken = new Set(["_", "fake", "expect", "replay", "then", "fails", "from", "session", "map", "messages"]);
const names = [...plainNames, ...contextualWords.filter((word) => !taken.has(word))];
const keys = [...plainNames, ...contextualWords.filter((word) => word !== "messages"), ...reserved.map(spelling)];
const texts = ["tide", "", "a b", '"', '"""', "\\", "${", "%{", "$", "{", "é😀", "//", "'", "\t", "\n", "\r\n", "\u0000", " ", "%{end}", "\u2028"];
/** Each ends in a full stop: a backslash would escape what follows it, and blanks alone on a line belong to a directive. */
const blockTexts = ["tide.", "\n.", "a\n\n  b.", '"""\n${.', "%{end}.", "\\n\\.", "\n \n.", '"".', "// é.", "\n\n\n."];

export function nameOf(text: string): ast.Name {
  return { ...at, text };
}
export function name(c: Choices): ast.Name {
  return nameOf(c.of(names));
}
export function anyName(c: Choices): ast.Name {
  return nameOf(c.of(keys));
}

const chunk = (value: string): ast.TextChunk => ({ kind: "TextChunk", ...at, value });

export function plain(c: Choices): ast.StringExpr {
  return plainOf(c.of(texts));
}
export function plainOf(text: string): ast.StringExpr {
  return { kind: "StringExpr", ...at, block: false, parts: text === "" ? [] : [chunk(text)] };
}

/** In a string that stands on one line no text block can be written. */
export interface Place {
  readonly oneLine: boolean;
}
const anywhere: Place = { oneLine: false };

/** Chunks side by side would be one, and an empty one none. */
function joined(parts: readonly ast.TextPart[]): ast.TextPart[] {
  return parts.filter((part, i) => part.kind !== "TextChunk" || (part.value !== "" && parts[i - 1]?.kind !== "TextChunk"));
}

export function string(c: Choices, place: Place): ast.StringExpr {
  if (!c.canGrow) return plain(c);
  if (!place.oneLine && c.below(3) === 2) return textBlock(c);
  const held = c.some(3, (): ast.TextPart => (c.below(2) === 0 ? chunk(c.of(texts)) : interpolation(c, { oneLine: true })));
  return { kind: "StringExpr", ...at, block: false, parts: joined(joined(held)) };
}

function textBlock(c: Choices): ast.StringExpr {
  const held = parts(c, 3);
  const last = held.at(-1)?.kind;
  const mayEnd = (last === "TextFor" || last === "TextIf") && endsLine(held, true);
  return { kind: "StringExpr", ...at, block: true, parts: held, ...(mayEnd && c.below(2) === 0 ? { endsInDirective: true } : {}) };
}

/** Whether the text goes on at the start of a line behind these parts, as they are printed: a directive that begins a line has it to itself. */
function endsLine(parts: readonly ast.TextPart[], start: boolean): boolean {
  return parts.reduce((before, part) => {
    if (part.kind === "TextChunk") return part.value.endsWith("\n");
    if (part.kind === "Interpolation") return false;
    return part.kind === "TextFor" ? endsLine(part.body, before) : endsLine(part.else ?? [], endsLine(part.then, before));
  }, start);
}

function interpolation(c: Choices, place: Place): ast.Interpolation {
  return { kind: "Interpolation", ...at, expr: expr(c, place) };
}

export function parts(c: Choices, most: number): ast.TextPart[] {
  return joined(
    c.some(most, (): ast.TextPart => {
      const sort = c.canGrow ? c.below(4) : 0;
      if (sort === 0) return chunk(c.of(blockTexts));
      if (sort === 1) return interpolation(c, anywhere);
      return c.grow((): ast.TextPart => {
        if (sort === 2) return { kind: "TextFor", ...at, name: name(c), list: expr(c), body: parts(c, 2) };
        const otherwise = c.maybe(() => parts(c, 2));
        return { kind: "TextIf", ...at, condition: expr(c), then: parts(c, 2), ...(otherwise === undefined ? {} : { else: otherwise }) };
      });
    }),
  );
}

function numbers(c: Choices): ast.Expr {
  return c.of<ast.Expr>([
    { kind: "NumberExpr", ...at, value: 42, raw: "42" },
    { kind: "NumberExpr", ...at, value: 0.7, raw: "0.70" },
    { kind: "DurationExpr", ...at, value: 1500, raw: "1.5s" },
    { kind: "MoneyExpr", ...at, value: 0.25, raw: "$0.25" },
    { kind: "RateExpr", ...at, value: 500, per: "m", raw: "500/m" },
  ]);
}

export function args(c: Choices, place: Place = anywhere): ast.Arg[] {
  return c.some(3, () => {
    const named = c.maybe(() => anyName(c));
    return { kind: "Arg", ...at, ...(named === undefined ? {} : { name: named }), value: expr(c, place) };
  });
}

export function entry(c: Choices, place: Place = anywhere): ast.Entry {
  const quoted = c.below(3) === 2;
  return { kind: "Entry", ...at, key: quoted ? nameOf(c.of(texts)) : anyName(c), quoted, value: expr(c, place) };
}

export function object(c: Choices, place: Place = anywhere): ast.ObjectExpr {
  return { kind: "ObjectExpr", ...at, entries: c.some(3, () => entry(c, place)) };
}

/** Without statements it would be an object where a value may stand. */
export function block(c: Choices, place: Place, least = 0): ast.BlockExpr {
  const body = c.some(2, () => statement(c, place));
  while (body.length < least) body.push({ kind: "BreakStmt", ...at });
  return { kind: "BlockExpr", ...at, body };
}

function loop(c: Choices, place: Place): ast.ForExpr {
  const index = c.maybe(() => name(c));
  const filter = c.maybe(() => expr(c, place));
  return {
    ...{ kind: "ForExpr", ...at, name: name(c), list: expr(c, place), body: block(c, place) },
    ...(index === undefined ? {} : { index }),
    ...(filter === undefined ? {} : { filter }),
  };
}

function branch(c: Choices, place: Place): ast.IfExpr {
  const otherwise = c.maybe(() => (c.canGrow && c.below(2) === 1 ? c.grow(() => branch(c, place)) : block(c, place)));
  return { kind: "IfExpr", ...at, condition: expr(c, place), then: block(c, place), ...(otherwise === undefined ? {} : { else: otherwise }) };
}

function pattern(c: Choices): ast.Pattern {
  const literal = (): string | boolean => c.of<string | boolean>([true, false, ...texts]);
  const tests: (() => ast.Pattern["test"])[] = [
    () => ({ of: "any" }),
    () => ({ of: "value", value: c.below(4) === 0 ? null : literal() }),
    () => ({ of: "field", name: anyName(c), value: literal() }),
  ];
  return { kind: "Pattern", ...at, test: c.of(tests)() };
}

export function type(c: Choices, place: Place = anywhere): ast.TypeExpr {
  const leaf = (): ast.TypeExpr => (c.below(3) === 2 ? { kind: "LiteralType", ...at, value: plain(c) } : { kind: "NamedType", ...at, name: name(c) });
  if (!c.canGrow) return leaf();
  const sorts: (() => ast.TypeExpr)[] = [
    leaf,
    () => ({ kind: "ListType", ...at, element: type(c, place) }),
    () => ({ kind: "MapType", ...at, value: type(c, place) }),
    () => ({ kind: "NullableType", ...at, type: type(c, place) }),
    () => ({ kind: "ConstrainedType", ...at, type: type(c, place), args: args(c, place) }),
    () => ({ kind: "UnionType", ...at, members: [type(c, place), type(c, place), ...c.some(2, () => type(c, place))] }),
  ];
  return c.grow(c.of(sorts));
}

function leaf(c: Choices): ast.Expr {
  const sorts: (() => ast.Expr)[] = [
    () => ({ kind: "NameExpr", ...at, name: c.of(names) }),
    () => plain(c),
    () => numbers(c),
    () => ({ kind: "BoolExpr", ...at, value: c.below(2) === 1 }),
    () => ({ kind: "NullExpr", ...at }),
    () => ({ kind: "EnvExpr", ...at, name: anyName(c) }),
  ];
  return c.of(sorts)();
}

export function expr(c: Choices, place: Place = anywhere): ast.Expr {
  if (!c.canGrow || c.below(3) === 0) return leaf(c);
  return c.grow(c.of(compounds(c, place)));
}

function compounds(c: Choices, place: Place): (() => ast.Expr)[] {
  const sub = (): ast.Expr => expr(c, place);
  return [
    () => string(c, place),
    () => ({ kind: "ListExpr", ...at, items: c.some(3, sub) }),
    () => object(c, place),
    () => block(c, place, 1),
    () => ({ kind: "UnaryExpr", ...at, op: c.of(["!", "-"] as const), operand: sub() }),
    () => ({ kind: "BinaryExpr", ...at, opSpan: at, op: c.of(binaryOperators), left: sub(), right: sub() }),
    () => ({ kind: "CatchExpr", ...at, expr: sub(), name: name(c), handler: block(c, place) }),
    () => ({ kind: "MemberExpr", ...at, object: sub(), name: anyName(c) }),
    () => ({ kind: "StarExpr", ...at, object: sub() }),
    () => ({ kind: "IndexExpr", ...at, object: sub(), index: sub() }),
    () => ({ kind: "CallExpr", ...at, callee: sub(), args: args(c, place) }),
    () => ({ kind: "WithExpr", ...at, expr: sub(), options: object(c, place) }),
    () => branch(c, place),
    () => ({ kind: "MatchExpr", ...at, subject: sub(), arms: c.some(3, () => ({ kind: "MatchArm", ...at, pattern: pattern(c), value: sub() })) }),
    () => ({ kind: "ParallelExpr", ...at, args: args(c, place), ...(c.below(2) === 0 ? { loop: loop(c, place) } : { block: block(c, place) }) }),
    () => ({ kind: "RaceExpr", ...at, args: args(c, place), block: block(c, place) }),
    () => loop(c, place),
    () => ({ kind: "RepeatExpr", ...at, args: args(c, place), body: block(c, place) }),
    () => ask(c, place),
    () => ({ kind: "FailExpr", ...at, message: string(c, place) }),
    () => ({ kind: "FailExpr", ...at }),
    () => chat(c, place),
  ];
}

function ask(c: Choices, place: Place): ast.AskExpr {
  const result = c.maybe(() => type(c, place));
  const options = c.maybe(() => object(c, place));
  return {
    ...{ kind: "AskExpr", ...at, question: string(c, place) },
    ...(result === undefined ? {} : { result }),
    ...(options === undefined ? {} : { options }),
  };
}

function chat(c: Choices, place: Place): ast.ChatExpr {
  const more: (() => Pick<ast.ChatExpr, "from" | "session">)[] = [() => ({}), () => ({ from: name(c) }), () => ({ session: string(c, place) })];
  return { kind: "ChatExpr", ...at, agent: name(c), args: args(c, place), ...c.of(more)() };
}

export function statement(c: Choices, place: Place = anywhere): ast.Stmt {
  const sorts: (() => ast.Stmt)[] = [
    () => ({ kind: "ExprStmt", ...at, expr: expr(c, place) }),
    () => {
      const annotation = c.maybe(() => type(c, place));
      return { kind: "LetStmt", ...at, name: name(c), ...(annotation === undefined ? {} : { type: annotation }), value: expr(c, place) };
    },
    () => ({ kind: "AssignStmt", ...at, name: name(c), value: expr(c, place) }),
    () => ({ kind: "ReturnStmt", ...at, value: expr(c, place) }),
    () => ({ kind: "ReturnStmt", ...at }),
    () => ({ kind: "BreakStmt", ...at }),
  ];
  return c.of(sorts)();
}
