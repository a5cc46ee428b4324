import { RunError } from "../../diagnostics/errors.ts";
import { asString, badValue } from "../values/kinds.ts";
import { has, type LibraryCall, type LibraryFunction, listArgument, numberArgument, stringArgument } from "./function.ts";

/** Functions of strings. Lengths and positions count UTF-16 units, as in TypeScript. */
export const strings = {
  join: (call) =>
    listArgument(call, 0)
      .map((part) => asString(part, "Each element for `join`", call.place))
      .join(stringArgument(call, 1)),
  split: (call) => stringArgument(call, 0).split(stringArgument(call, 1)),
  /** Without line ends; a line end at the very end begins no further line. */
  lines: (call) => {
    const all = stringArgument(call, 0).split(/\r\n|\n/);
    return all.at(-1) === "" ? all.slice(0, -1) : all;
  },
  trim: (call) => stringArgument(call, 0).trim(),
  lower: (call) => stringArgument(call, 0).toLowerCase(),
  upper: (call) => stringArgument(call, 0).toUpperCase(),
  contains: (call) => stringArgument(call, 0).includes(stringArgument(call, 1)),
  starts_with: (call) => stringArgument(call, 0).startsWith(stringArgument(call, 1)),
  ends_with: (call) => stringArgument(call, 0).endsWith(stringArgument(call, 1)),
  matches: (call) => matches(call),
  /** All occurrences; both texts are taken as they stand, `$&` too. */
  replace: (call) => {
    const replacement = stringArgument(call, 2);
    return stringArgument(call, 0).replaceAll(stringArgument(call, 1), () => replacement);
  },
  /** From `a` up to but without `b` (or to the end); negative positions count from the end. */
  slice: (call) => stringArgument(call, 0).slice(numberArgument(call, 1), has(call, 2) ? numberArgument(call, 2) : undefined),
} satisfies Readonly<Record<string, LibraryFunction>>;

function matches(call: LibraryCall): boolean {
  const { program, place } = call;
  if (program.matches === undefined) throw new RunError("internal", "This is a bug in Tantra: `matches` was not loaded.", { place });
  try {
    return program.matches(stringArgument(call, 1), stringArgument(call, 0));
  } catch (error) {
    if (error instanceof RunError) throw badValue(error.message, place, error.hint);
    throw error;
  }
}
