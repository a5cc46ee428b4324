import type * as ast from "../syntax/ast.ts";
import type { Scope } from "./context.ts";
import type { Program, VariableSymbol } from "./program.ts";
import type { Type } from "./types.ts";

/** How a variable came to be: only what a `let` names can be assigned to. */
export type Origin = "let" | "parameter" | "loop" | "given";

export interface Variable {
  readonly symbol: VariableSymbol;
  readonly origin: Origin;
  readonly name: ast.Name;
}

/** The body of a branch, which nothing may leave but its value. `index` is undefined where there is a branch for each element. */
export interface Barrier {
  readonly word: "parallel" | "race";
  readonly of: ast.ParallelExpr | ast.RaceExpr;
  readonly index?: number;
}

/** Names in sight, innermost first. */
export interface BlockScope extends Scope {
  readonly parent: BlockScope | undefined;
  readonly variables: Map<string, Variable>;
  readonly barrier: Barrier | undefined;
  /** Names of the branches beside this one: they have no value yet. */
  readonly siblings: ReadonlyMap<string, ast.Name> | undefined;
}

export interface ScopeOptions {
  readonly barrier?: Barrier;
  readonly siblings?: ReadonlyMap<string, ast.Name>;
}

export function createScope(program: Program, parent: BlockScope | undefined, options: ScopeOptions = {}): BlockScope {
  const scope: BlockScope = {
    parent,
    variables: new Map(),
    barrier: options.barrier,
    siblings: options.siblings,
    lookup(name) {
      const found = findVariable(scope, name);
      if (found !== undefined) program.used.add(found.variable.name);
      return found?.variable.symbol;
    },
  };
  return scope;
}

/** The variable of a name and the scope that holds it; does not count as a use. */
export function findVariable(scope: BlockScope, name: string): { readonly variable: Variable; readonly scope: BlockScope } | undefined {
  for (let at: BlockScope | undefined = scope; at !== undefined; at = at.parent) {
    const variable = at.variables.get(name);
    if (variable !== undefined) return { variable, scope: at };
  }
  return undefined;
}

/** The branch of the name's own block in which it is read too early, if it is one of the branches beside. */
export function siblingOf(scope: BlockScope, name: string): ast.Name | undefined {
  for (let at: BlockScope | undefined = scope; at !== undefined; at = at.parent) {
    const sibling = at.siblings?.get(name);
    if (sibling !== undefined) return sibling;
  }
  return undefined;
}

/** The branches between `scope` and `outer` (undefined: all outer ones), innermost first: what a jump out would leave. */
export function barriersBetween(scope: BlockScope, outer: BlockScope | undefined): Barrier[] {
  const barriers: Barrier[] = [];
  for (let at: BlockScope | undefined = scope; at !== undefined && at !== outer; at = at.parent) {
    if (at.barrier !== undefined) barriers.push(at.barrier);
  }
  return barriers;
}

/** All names in sight. */
export function namesIn(scope: BlockScope): string[] {
  const names: string[] = [];
  for (let at: BlockScope | undefined = scope; at !== undefined; at = at.parent) names.push(...at.variables.keys());
  return names;
}

export function variable(name: ast.Name, node: ast.Node, type: Type, origin: Origin): Variable {
  return { symbol: { of: "variable", name: name.text, type, node }, origin, name };
}
