import type { Json } from "../../diagnostics/json.ts";
import type { BinaryNode } from "../../graph/expressions.ts";
import { equal } from "./equal.ts";
import { asNumber, badValue, isList, isObject, kindOf } from "./kinds.ts";

/** The operators that take both sides. `&& || ??` decide before the right one is evaluated. */
export type EagerOperator = Exclude<BinaryNode["op"], "&&" | "||" | "??">;

/** Two values joined by an operator; `bad_value` where there is no result (division by zero, a number out of range). */
export function operate(op: EagerOperator, left: Json, right: Json, place: string): Json {
  switch (op) {
    case "==":
      return equal(left, right);
    case "!=":
      return !equal(left, right);
    case "in":
      return isIn(left, right, place);
    case "<":
      return compare(left, right, op, place) < 0;
    case "<=":
      return compare(left, right, op, place) <= 0;
    case ">":
      return compare(left, right, op, place) > 0;
    case ">=":
      return compare(left, right, op, place) >= 0;
    case "+":
      if (typeof left === "string" && typeof right === "string") return left + right;
      return arithmetic(op, left, right, place);
    default:
      return arithmetic(op, left, right, place);
  }
}

/** The number that JSON can hold, or `bad_value`. */
export function finite(value: number, place: string): number {
  if (Number.isFinite(value)) return value;
  throw badValue("The result is too large for a number.", place);
}

function arithmetic(op: "+" | "-" | "*" | "/" | "%", left: Json, right: Json, place: string): number {
  const a = asNumber(left, `The left side of \`${op}\``, place);
  const b = asNumber(right, `The right side of \`${op}\``, place);
  switch (op) {
    case "+":
      return finite(a + b, place);
    case "-":
      return finite(a - b, place);
    case "*":
      return finite(a * b, place);
    case "/":
      if (b === 0) throw badValue(`${a} cannot be divided by zero.`, place, "Test the divisor before dividing.");
      return finite(a / b, place);
    case "%":
      if (b === 0) throw badValue(`There is no remainder of ${a} divided by zero.`, place, "Test the divisor before dividing.");
      return a % b;
  }
}

/** Negative, zero or positive. Numbers by size; texts by their UTF-16 units, as in TypeScript. */
function compare(left: Json, right: Json, op: string, place: string): number {
  if (typeof left === "number" && typeof right === "number") return left - right;
  if (typeof left === "string" && typeof right === "string") return left < right ? -1 : left > right ? 1 : 0;
  throw badValue(`\`${op}\` compares two numbers or two strings, not ${kindOf(left)} and ${kindOf(right)}.`, place);
}

function isIn(left: Json, right: Json, place: string): boolean {
  if (isList(right)) return right.some((item) => equal(item, left));
  if (isObject(right)) return typeof left === "string" && Object.hasOwn(right, left);
  throw badValue(`\`in\` looks into a list or a map, not into ${kindOf(right)}.`, place);
}
