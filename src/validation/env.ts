export { bool, discarded, float, int, json, string, unknown } from "./plain-types.ts";

import type * as ast from "../syntax/ast.ts";
import type { Facts } from "./facts.ts";
import type { Context } from "./file-context.ts";
import { type Barrier, type BlockScope, createScope, findVariable, type Origin, type ScopeOptions, variable } from "./scope.ts";
import { reportShadowing } from "./symbols.ts";
import type { Type } from "./types.ts";

/** A branch (its index in the block; undefined: one for each element) that uses a conversation, or only copies it. */
export interface ChatUse {
  readonly name: ast.Name;
  readonly index: number | undefined;
  readonly copies: boolean;
  reported?: boolean;
}

/** What is being checked as a whole: a workflow's statements, a test's, or an expression that may only read. */
export interface Body {
  readonly sort: "workflow" | "test" | "pure";
  /** Of the workflow or test, as a message says it. */
  readonly name: string;
  /** The declared result. */
  readonly result?: Type;
  /** Types of what `return` gives. */
  readonly returns: Type[];
  /** Which branches of a block of branches use a conversation. */
  readonly chats: Map<Barrier["of"], ChatUse[]>;
}

/** Where an expression stands. `flow` changes while statements are read one after the other. */
export interface Env {
  readonly context: Context;
  readonly scope: BlockScope;
  readonly flow: { facts: Facts };
  readonly body: Body;
  /** The scope that the innermost loop stands in; undefined outside of any. */
  readonly loop: BlockScope | undefined;
  /** In `expect`: a null on the way fails the expectation, so `.f` and `[i]` may be read. */
  readonly lenient: boolean;
  /** In the text of a message itself: images and files may be filled in. */
  readonly media?: boolean;
}

/** The same place with a scope of its own. */
export function inner(env: Env, options?: ScopeOptions): Env {
  return { ...env, scope: createScope(env.context.program, env.scope, options) };
}

/** Brings a name into sight; one that is taken is reported. `_` and a name that could not be read bind nothing. */
export function declareVariable(env: Env, name: ast.Name, node: ast.Node, type: Type, origin: Origin, precise: Type = type): void {
  if (name.text === "" || name.text === "_") return;
  const taken = findVariable(env.scope, name.text)?.variable.name;
  if (reportShadowing(env.context, name, taken)) {
    // What follows means the new one, and neither is unused.
    for (const one of taken === undefined ? [name] : [name, taken]) env.context.program.used.add(one);
  }
  env.scope.variables.set(name.text, variable(name, node, type, origin));
  env.context.program.variables.push({ path: env.context.file.path, name });
  setFact(env, name.text, precise === type ? undefined : precise);
}

/** Notes what a name's value is from here on (undefined: no more than its declared type says), and forgets what was known before. */
export function setFact(env: Env, name: string, type: Type | undefined): void {
  const before = env.flow.facts;
  const stale = [...before.keys()].some((path) => path === name || path.startsWith(`${name}.`));
  // Facts are shared between branches, so they are copied to be changed: not where nothing changes.
  if (type === undefined && !stale) return;
  const facts = new Map(stale ? [...before].filter(([path]) => path !== name && !path.startsWith(`${name}.`)) : before);
  if (type !== undefined) facts.set(name, type);
  env.flow.facts = facts;
}
