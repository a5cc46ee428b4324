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
  const chosen = own(library, call.name) ?? own(call.program.functions ?? {}, call.name);
  if (chosen === undefined)
    throw new RunError("internal", `The graph calls "${call.name}", which is no library function.`, { code: "T624", place: call.place });
  return chosen(call);
}

function own(functions: Readonly<Record<string, LibraryFunction>>, name: string): LibraryFunction | undefined {
  return Object.hasOwn(functions, name) ? functions[name] : undefined;
}
