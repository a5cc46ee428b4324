import { type IProduction, NonTerminal, type Rule } from "chevrotain";
import { Parser } from "../../src/syntax/parser/parser.ts";

/** The parser's rules, from its own description of itself, in the order in which a reader wants them: what is used stands below what uses it. */
export function parserRules(): Rule[] {
  const rules = new Map(Object.entries(new Parser(true).getGAstProductions()));
  const order: string[] = [];
  const visit = (name: string): void => {
    if (order.includes(name)) return;
    order.push(name);
    for (const used of (rules.get(name)?.definition ?? []).flatMap(namesIn)) visit(used);
  };
  visit("file");
  for (const name of rules.keys()) visit(name);
  return order.flatMap((name) => rules.get(name) ?? []);
}

function namesIn(part: IProduction): string[] {
  if (part instanceof NonTerminal) return [part.nonTerminalName];
  return "definition" in part && Array.isArray(part.definition) ? (part.definition as IProduction[]).flatMap(namesIn) : [];
}
