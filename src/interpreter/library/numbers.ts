import type { Json } from "../../diagnostics/json.ts";
import { asNumber, badValue } from "../values/kinds.ts";
import { finite } from "../values/operate.ts";
import { has, type LibraryCall, type LibraryFunction, listArgument, numberArgument, stringArgument } from "./function.ts";

/** Functions of numbers, and what becomes one. */
export const numbers = {
  /** 0 for an empty list. */
  sum: (call) =>
    finite(
      numbersOf(call).reduce((total, x) => total + x, 0),
      call.place,
    ),
  min: (call) => extreme(call, (a, b) => a < b),
  max: (call) => extreme(call, (a, b) => a > b),
  abs: (call) => Math.abs(numberArgument(call, 0)),
  floor: (call) => Math.floor(numberArgument(call, 0)),
  ceil: (call) => Math.ceil(numberArgument(call, 0)),
  round: (call) => round(numberArgument(call, 0), has(call, 1) ? numberArgument(call, 1) : 0),
  number: (call) => {
    const text = stringArgument(call, 0);
    const trimmed = text.trim();
    const value = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(trimmed) ? Number(trimmed) : Number.NaN;
    if (Number.isFinite(value)) return value;
    throw badValue(`${JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)} is no number.`, call.place);
  },
} satisfies Readonly<Record<string, LibraryFunction>>;

/**
 * To so many decimals, half away from zero: what people expect of 0.5, 2.5 and -0.5. It works on the decimal digits that
 * the number is written with, so that 1.005 rounds to 1.01 although its binary form lies a little below.
 */
export function round(x: number, digits: number): number {
  const shifted = Math.round(shift(Math.abs(x), digits));
  const result = shift(shifted, -digits);
  // Beyond the digits that a double has there is nothing to round.
  if (!Number.isFinite(shifted) || !Number.isFinite(result)) return x;
  return x < 0 && result !== 0 ? -result : result;
}

function shift(x: number, digits: number): number {
  const [mantissa = "0", exponent = "0"] = String(x).split("e");
  return Number(`${mantissa}e${Number(exponent) + digits}`);
}

function numbersOf(call: LibraryCall): readonly number[] {
  return listArgument(call, 0).map((x) => asNumber(x, `Each element for ${call.name}`, call.place));
}

function extreme(call: LibraryCall, better: (a: number, b: number) => boolean): Json {
  let best: number | undefined;
  for (const x of numbersOf(call)) if (best === undefined || better(x, best)) best = x;
  if (best === undefined) throw badValue(`An empty list has no \`${call.name}\`.`, call.place, "Test `len(xs) > 0` first.");
  return best;
}
