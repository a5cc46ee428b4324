import type { ISerializedGast, TokenType } from "chevrotain";
import { expect, test } from "vitest";
import { Parser } from "../../src/syntax/parser/parser.ts";
import { Any, Binary, contextual, ForeignOperator, Key, Name, Plain, reserved, spelling, words } from "../../src/syntax/tokens.ts";
import { read } from "../repo/files.ts";
import { flat, readEbnf, type Shape } from "./ebnf.ts";

interface Gast extends ISerializedGast {
  readonly name?: string;
  readonly label?: string;
}

/** A rule of the parser in the shape of the grammar's file. */
function shapeOf(node: Gast): Shape {
  const inside = (): Shape => flat((node.definition ?? []).map((part) => shapeOf(part as Gast)));
  switch (node.type) {
    case "Terminal":
      return node.label ?? node.name ?? "";
    case "NonTerminal":
      return node.name ?? "";
    case "Option":
      return { optional: [inside()] };
    case "Repetition":
      return { many: [inside()] };
    case "Alternation":
      return { or: (node.definition ?? []).map((part) => shapeOf(part as Gast)) };
    default:
      return inside();
  }
}

const parser = new Parser(false);
const rules = new Map((parser.getSerializedGastProductions() as Gast[]).map((rule) => [rule.name ?? "", shapeOf(rule)]));
const grammar = readEbnf(read("grammar/tantra.ebnf"));
const isTerminal = (name: string): boolean => name === name.toUpperCase();

test("the parser's grammar is sound: no alternative hides another, nothing recurs on the left", () => {
  expect(() => new Parser(false)).not.toThrow();
});

test("the grammar has the parser's rules, and no other", () => {
  expect([...grammar.keys()].filter((name) => !isTerminal(name)).sort()).toEqual([...rules.keys()].sort());
});

for (const [name, shape] of rules) {
  test(`the rule ${name} has the shape that the parser reads`, () => {
    expect(grammar.get(name)).toEqual(shape);
  });
}

/** The spellings and terminals that a production lists. */
function listed(name: string): string[] {
  const shape = grammar.get(name);
  if (shape === undefined || typeof shape === "string") throw new Error(`${name} lists nothing`);
  return (shape.or ?? []).map((one) => String(one).replace(/^"(.*)"$/, "$1"));
}

test("the words and operators of the grammar are those of the lexer", () => {
  expect(listed("RESERVED")).toEqual(reserved.map(spelling));
  expect(listed("CONTEXTUAL")).toEqual(contextual.map(spelling));
  const operators = [...(Binary.categoryMatches ?? [])].map((index) => byIndex(index)).filter((type) => type !== ForeignOperator);
  expect(listed("OPERATOR").sort()).toEqual(operators.map(spelling).sort());
});

function byIndex(index: number): TokenType {
  const type = Object.values((parser as unknown as { tokensMap: Record<string, TokenType> }).tokensMap).find(({ tokenTypeIdx }) => tokenTypeIdx === index);
  if (type === undefined) throw new Error(`no token ${index}`);
  return type;
}

test("a name is an identifier or a contextual word, a key any word or a plain string", () => {
  const holds = (category: TokenType, type: TokenType): boolean => (category.categoryMatches ?? []).includes(type.tokenTypeIdx ?? -1);
  for (const type of words.values()) {
    expect(holds(Name, type)).toBe(contextual.includes(type));
    expect(holds(Any, type)).toBe(true);
    expect(holds(Key, type)).toBe(true);
  }
  expect(holds(Key, Plain)).toBe(true);
  expect(holds(Any, Plain)).toBe(false);
  expect(listed("KEY")).toEqual(["ANY", "PLAIN"]);
  expect(listed("ANY")).toEqual(["NAME", "RESERVED"]);
  expect(listed("NAME")).toEqual(["IDENTIFIER", "CONTEXTUAL"]);
});

test("every terminal that a rule uses is defined or described", () => {
  const text = read("grammar/tantra.ebnf");
  const used = new Set<string>();
  const visit = (shape: Shape): void => {
    if (typeof shape !== "string") for (const inside of Object.values(shape)) inside.forEach(visit);
    else if (/^[A-Z]+$/.test(shape)) used.add(shape);
  };
  for (const shape of grammar.values()) visit(shape);
  for (const terminal of used) expect(grammar.has(terminal) || new RegExp(`^   ${terminal} +\\S`, "m").test(text), terminal).toBe(true);
});
