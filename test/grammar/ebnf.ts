import { Alternation, Alternative, type IProduction, NonTerminal, Option, Repetition, type Rule, Terminal } from "chevrotain";
import { Parser } from "../../src/syntax/parser/parser.ts";
import { Comma } from "../../src/syntax/tokens.ts";

/** The parser's rules, from its own description of itself, in the order in which a reader wants them: what is used stands below what uses it. */
export function parserRules(): Rule[] {
  const rules = new Map(Object.entries(new Parser(true).getGAstProductions()));
  const order: string[] = [];
  const visit = (name: string): void => {
    if (order.includes(name)) return;
    order.push(name);
    const below = rules.get(name)?.definition ?? [];
    for (const used of below.flatMap(namesIn)) visit(used);
  };
  visit("file");
  for (const name of rules.keys()) visit(name);
  return order.flatMap((name) => rules.get(name) ?? []);
}

/** The production of one rule as EBNF: `[ x ]` optional, `{ x }` any number of times, `SEP` what stands between members. */
export function production(rule: Rule): string {
  return `${rule.name} = ${sequence(rule.definition)} ;`;
}

/** Labels of the terminals that the rules use. */
export function terminals(rules: readonly Rule[]): Set<string> {
  return new Set(rules.flatMap((rule) => rule.definition.flatMap(labelsIn)));
}

function sequence(parts: readonly IProduction[]): string {
  return parts.map((part) => term(part, parts.length > 1)).join(" ");
}

function term(part: IProduction, amongOthers: boolean): string {
  if (part instanceof Terminal) return part.terminalType.LABEL ?? part.terminalType.name;
  if (part instanceof NonTerminal) return part.nonTerminalName;
  if (part instanceof Option) return `[ ${sequence(part.definition)} ]`;
  if (part instanceof Repetition) return `{ ${members(part.definition)} }`;
  if (part instanceof Alternation) {
    const choices = part.definition.map((choice) => term(choice, false)).join(" | ");
    return amongOthers ? `( ${choices} )` : choices;
  }
  if (part instanceof Alternative) return sequence(part.definition);
  throw new Error(`A production that EBNF has no form for: ${part.constructor.name}`);
}

/** What repeats with an optional comma behind it are members: a comma or a new line stands between two of them. */
function members(parts: readonly IProduction[]): string {
  const last = parts.at(-1);
  const separated =
    last instanceof Option && last.definition.length === 1 && last.definition[0] instanceof Terminal && last.definition[0].terminalType === Comma;
  return separated ? `${sequence([...parts.slice(0, -1), new Terminal({ terminalType: separator })])}` : sequence(parts);
}
const separator = { name: "SEP", LABEL: "SEP" };

function inside(part: IProduction): readonly IProduction[] {
  return "definition" in part && Array.isArray(part.definition) && !(part instanceof NonTerminal) ? (part.definition as IProduction[]) : [];
}

function namesIn(part: IProduction): string[] {
  return part instanceof NonTerminal ? [part.nonTerminalName] : inside(part).flatMap(namesIn);
}

function labelsIn(part: IProduction): string[] {
  return part instanceof Terminal ? [part.terminalType.LABEL ?? part.terminalType.name] : inside(part).flatMap(labelsIn);
}
