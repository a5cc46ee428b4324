import { suggest } from "../diagnostics/suggest.ts";
import type * as ast from "../syntax/ast.ts";
import { type Env, unknown } from "./env.ts";
import { check } from "./expressions/expression.ts";
import type { LibraryFunction } from "./library/function.ts";
import { testFunctions } from "./library/in-tests.ts";
import { listFunctions } from "./library/lists.ts";
import { textFunctions } from "./library/texts.ts";
import { typeFunctions } from "./library/types.ts";
import type { Type } from "./types.ts";
import { counted } from "./words.ts";

/** The library of section 6: pure functions, which no declaration may be named after. */
function library(): Readonly<Record<string, LibraryFunction>> {
  return { ...listFunctions, ...textFunctions, ...typeFunctions };
}

/** Whether a name is taken by the library; `fork` copies conversations. */
export function isLibraryFunction(name: string): boolean {
  return name === "fork" || Object.hasOwn(listFunctions, name) || Object.hasOwn(textFunctions, name) || Object.hasOwn(typeFunctions, name);
}

/** The function of a name, in tests those that ask what has run too. */
export function findLibraryFunction(name: string, env: Env): LibraryFunction | undefined {
  for (const table of [listFunctions, textFunctions, typeFunctions, ...(env.body.sort === "test" ? [testFunctions] : [])]) {
    if (Object.hasOwn(table, name)) return table[name];
  }
  return undefined;
}

/** All names that can be called without a declaration. */
export function libraryNames(env: Env): string[] {
  return [...Object.keys(library()), "fork", ...(env.body.sort === "test" ? Object.keys(testFunctions) : [])];
}

/** The type of a call of a library function: arguments by place, then the few that are named. */
export function checkLibraryCall(call: ast.CallExpr, name: string, found: LibraryFunction, env: Env): Type {
  const args = call.args.filter((arg) => arg.name === undefined).map((arg) => arg.value);
  const named = new Map<string, ast.Expr>();
  let type: Type | undefined;
  const rightNames = readNamed(call, name, found, named, env);
  const [min, max] = found.args;
  if (args.length < min || args.length > max) {
    for (const arg of args) check(arg, env, { type: unknown });
    // A wrong name is why an argument is missing.
    if (!rightNames) return unknown;
    const count = min === max ? counted(min, "argument") : `${min} or ${counted(max, "argument")}`;
    env.context.report({
      code: args.length < min ? "T305" : "T307",
      message: `\`${name}\` takes ${count}, not ${args.length}.`,
      span: args.length < min ? call : (args[max] ?? call),
      hint: `Write \`${found.usage}\`.`,
    });
    return unknown;
  }
  const result = found.result({
    name,
    call,
    env,
    args,
    setType: (given) => {
      type = given;
    },
  });
  env.context.program.calls.set(call, { of: "function", name, args, named, ...(type === undefined ? {} : { type }) });
  return result;
}

function readNamed(call: ast.CallExpr, name: string, found: LibraryFunction, named: Map<string, ast.Expr>, env: Env): boolean {
  const known = Object.keys(found.named ?? {});
  let right = true;
  for (const arg of call.args) {
    if (arg.name === undefined) continue;
    const key = arg.name.text;
    const type = known.includes(key) ? found.named?.[key] : undefined;
    check(arg.value, env, { type: type ?? unknown, what: `\`${key}\` of \`${name}\`` });
    if (type === undefined) {
      right = false;
      const near = suggest(key, known);
      const hint = near !== undefined ? `Did you mean "${near}"?` : `Write \`${found.usage}\`.`;
      const message = known.length === 0 ? `\`${name}\` takes its arguments by their places.` : `\`${name}\` has no parameter "${key}".`;
      env.context.report({ code: "T306", message, span: arg.name, hint });
    } else if (named.has(key))
      env.context.report({ code: "T308", message: `\`${name}\` is given \`${key}\` twice.`, span: arg, hint: "Leave one of the two out." });
    else named.set(key, arg.value);
  }
  return right;
}
