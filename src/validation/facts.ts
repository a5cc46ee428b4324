import type * as ast from "../syntax/ast.ts";
import { join } from "./join.ts";
import type { Type } from "./types.ts";

/** What is known about names and their fields at one point of a program, by path (`x`, `x.kind`), beyond their declared types. */
export type Facts = ReadonlyMap<string, Type>;

export const noFacts: Facts = new Map();

/** The path of a name or of a field of one, which facts are about; undefined for any other expression. */
export function pathOf(expr: ast.Expr): string | undefined {
  if (expr.kind === "NameExpr") return expr.name;
  if (expr.kind !== "MemberExpr") return undefined;
  const object = pathOf(expr.object);
  return object === undefined ? undefined : `${object}.${expr.name.text}`;
}

/** The facts with some replaced. What is known about fields of a value holds of the narrower one too. */
export function withFacts(facts: Facts, added: Iterable<readonly [string, Type]>): Facts {
  return new Map([...facts, ...added]);
}

/** The facts that are not about these variables. */
export function withoutNames(facts: Facts, names: ReadonlySet<string>): Facts {
  if (names.size === 0) return facts;
  return new Map([...facts].filter(([path]) => !names.has(path.split(".", 1)[0] ?? path)));
}

/** What holds whichever of two ways was taken. */
export function eitherFacts(a: Facts, b: Facts): Facts {
  if (a === b) return a;
  const both = new Map<string, Type>();
  for (const [path, type] of a) {
    const other = b.get(path);
    const joined = other === undefined ? undefined : join(type, other);
    if (joined !== undefined) both.set(path, joined);
  }
  return both;
}

/** The names that are assigned to anywhere inside a part of the tree. */
export function assignedIn(part: object, found: Set<string> = new Set()): Set<string> {
  for (const value of Object.values(part)) {
    if (typeof value === "object" && value !== null) assignedIn(value, found);
  }
  if ("kind" in part && part.kind === "AssignStmt" && "name" in part) found.add((part as ast.AssignStmt).name.text);
  return found;
}
