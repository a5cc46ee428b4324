import type { IToken } from "chevrotain";
import type { BinaryOperator, Expr } from "../ast.ts";
import { endOf } from "../lexer/offsets.ts";

/** How strongly each operator binds; equal ones group to the left. */
export const precedence: Readonly<Record<BinaryOperator, number>> = {
  ...{ "??": 1, "||": 2, "&&": 3, "==": 4, "!=": 4, in: 4, "<": 5, "<=": 5, ">": 5, ">=": 5, "+": 6, "-": 6, "*": 7, "/": 7, "%": 7 },
};

/** What an operator of another language was meant as; it has been told. */
const meant: Readonly<Record<string, BinaryOperator>> = { "===": "==", "!==": "!=", "&": "&&", and: "&&", or: "||" };

function operatorOf(token: IToken): BinaryOperator | undefined {
  const { image } = token;
  return Object.hasOwn(precedence, image) ? (image as BinaryOperator) : meant[image];
}

function strengthOf(token: IToken): number {
  return precedence[operatorOf(token) ?? "+"];
}

/** Operands with the operators between them, as a tree: by strength, from the left. */
export function group(operands: readonly Expr[], operators: readonly IToken[]): Expr {
  const values: Expr[] = [];
  const waiting: IToken[] = [];
  const reduce = (): void => {
    const token = waiting.pop();
    const right = values.pop();
    const left = values.pop();
    if (token !== undefined && left !== undefined && right !== undefined) values.push(binary(left, token, right));
  };
  operands.forEach((operand, index) => {
    values.push(operand);
    const operator = operators[index];
    if (operator === undefined) return;
    const strength = strengthOf(operator);
    for (let top = waiting.at(-1); top !== undefined && strengthOf(top) >= strength; top = waiting.at(-1)) reduce();
    waiting.push(operator);
  });
  while (waiting.length > 0) reduce();
  return values[0] ?? { kind: "ErrorExpr", start: 0, end: 0 };
}

function binary(left: Expr, token: IToken, right: Expr): Expr {
  const op = operatorOf(token);
  if (op === undefined) return { kind: "ErrorExpr", start: left.start, end: right.end };
  const opSpan = { start: token.startOffset, end: endOf(token) };
  return { kind: "BinaryExpr", start: left.start, end: right.end, op, opSpan, left, right };
}
