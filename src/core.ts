/**
 * The core: the runtime, and the language before it: text to tree (`parse`), tree to checked program (`check`), checked program
 * to graph (`compile`), tree to text (`print`). Nothing here touches the machine. The door of the vendored unit of that name
 * (VENDORING.md).
 */

export { compile } from "./compiler/compile.ts";
export { print } from "./formatter/print.ts";
export { type PromptOptions, type RenderedPrompt, renderPrompt } from "./plan/prompt.ts";
export { kinds } from "./providers/kinds.ts";
export * from "./runtime.ts";
export type * as ast from "./syntax/ast.ts";
export { parse } from "./syntax/parse.ts";
export type { ParseResult } from "./syntax/parse-result.ts";
export { check } from "./validation/check.ts";
export type { CheckedProgram, CheckOptions, ReadResult } from "./validation/checked.ts";
export type { KindData } from "./validation/kind-data.ts";
