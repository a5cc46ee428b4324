import { RunError } from "../diagnostics/errors.ts";
import type { Json } from "../diagnostics/json.ts";
import type { LibraryCall, LibraryFunction } from "./library/function.ts";
import { jsonFunctions } from "./library/json.ts";
import { lists } from "./library/lists.ts";
import { numbers } from "./library/numbers.ts";
import { strings } from "./library/strings.ts";

/** Every function of language.md, section 6, by name. Pure: the same arguments give the same value. */
export const library = { ...lists, ...numbers, ...strings, ...jsonFunctions } satisfies Readonly<Record<string, LibraryFunction>>;

/** What a library function gives; fails with `bad_value` at the call's place. */
export function callFunction(call: LibraryCall): Json {
  const functions: Readonly<Record<string, LibraryFunction>> = library;
  const chosen = Object.hasOwn(functions, call.name) ? functions[call.name] : undefined;
  if (chosen === undefined)
    throw new RunError("internal", `The graph calls "${call.name}", which is no library function.`, { code: "T624", place: call.place });
  return chosen(call);
}
