import type { RunEvent } from "../../agent/events.ts";
import type { Expr, ExprKind, ExprOf, TextForNode, TextIfNode, TextPart } from "../../graph/expressions.ts";
import type { Graph } from "../../graph/graph.ts";
import type { Visit } from "../../interpreter/program.ts";
import { waits } from "../../interpreter/waits.ts";

/** A way through a program, which some test should take. */
export interface Branch {
  readonly of: BranchKind;
  /** A case's pattern, or a branch's name. */
  readonly name?: string;
  /** `file:line:column` */
  readonly place: string;
}
export const branchKinds = [
  "if",
  "else",
  /** An `if` without `else` whose condition is false. */
  "if not",
  "case",
  "catch",
  "??",
  /** The body of a loop, which an empty list never enters. */
  "loop",
  /** A branch of a `parallel` block that began. */
  "parallel",
  /** A branch of a block that goes on without those that fail (`continue`, `collect`, `need`), and one that failed. */
  "failed branch",
  /** A branch of a `race` that came to an end. */
  "race",
] as const;
export type BranchKind = (typeof branchKinds)[number];

/** What a test has reached of a program. */
export interface Coverage {
  readonly visit: Visit;
  see(event: RunEvent): void;
  /** Ids of branches, and keys of templates. */
  readonly reached: ReadonlySet<string>;
}

export function createCoverage(graph: Graph): Coverage {
  const { visited, skipped, failing, ending } = waysThrough(graph);
  const reached = new Set<string>();
  const places = new Map<string, string>();
  const add = (id: string | undefined): void => {
    if (id !== undefined) reached.add(id);
  };
  return {
    reached,
    visit: (node, isSkipped) => add((isSkipped ? skipped : visited).get(node)),
    see(event) {
      if (event.type === "step.started" && event.kind === "branch") places.set(event.path, event.place);
      if (event.type === "step.failed" && event.kind === "branch") add(failing.get(places.get(event.path) ?? ""));
      if (event.type === "step.finished" && event.kind === "branch") add(ending.get(places.get(event.path) ?? ""));
    },
  };
}

/** Every branch of what a program declares, by its id, in the order of the declarations. Tests have none of their own. */
export function branchesOf(graph: Graph): ReadonlyMap<string, Branch> {
  return waysThrough(graph).branches;
}

/** How it is seen that a branch is taken; the values are ids. */
interface Ways {
  readonly branches: Map<string, Branch>;
  readonly visited: Map<object, string>;
  readonly skipped: Map<object, string>;
  /** By the place of the branch's step. */
  readonly failing: Map<string, string>;
  readonly ending: Map<string, string>;
}

/** A fact about each graph that never changes. */
const known = new WeakMap<Graph, Ways>();

function waysThrough(graph: Graph): Ways {
  let ways = known.get(graph);
  if (ways === undefined) {
    ways = { branches: new Map(), visited: new Map(), skipped: new Map(), failing: new Map(), ending: new Map() };
    for (const [key, { text }] of Object.entries(graph.templates)) ways.visited.set(text, key);
    for (const { text } of Object.values(graph.templates)) walk(text, ways);
    for (const { deny, approve } of Object.values(graph.tools)) walk([deny, approve], ways);
    for (const { model, messages, handoffs, ensure, check } of Object.values(graph.agents)) walk([model, messages, handoffs, ensure, check], ways);
    for (const { body } of Object.values(graph.workflows)) walk(body, ways);
    known.set(graph, ways);
  }
  return ways;
}

/** Expressions are data: they are found wherever they stand, but in the values of literals. */
function walk(value: unknown, ways: Ways): void {
  if (typeof value !== "object" || value === null) return;
  const kind = "kind" in value && typeof value.kind === "string" ? value.kind : "";
  if (kind === "literal") return;
  if (Object.hasOwn(waysOf, kind)) (waysOf as Readonly<Record<string, (node: unknown, add: Add) => void>>)[kind]?.(value, adding(ways));
  for (const part of Object.values(value)) walk(part, ways);
}

interface Add {
  visited(branch: Branch, node: Expr | readonly TextPart[]): void;
  skipped(branch: Branch, node: Expr): void;
  failing(branch: Branch): void;
  ending(branch: Branch): void;
}

function adding(ways: Ways): Add {
  const idOf = (branch: Branch): string => {
    const { of, name = "", place } = branch;
    const id = `${place} ${of} ${name}`;
    ways.branches.set(id, branch);
    return id;
  };
  return {
    visited: (branch, node) => void ways.visited.set(node, idOf(branch)),
    skipped: (branch, node) => void ways.skipped.set(node, idOf(branch)),
    failing: (branch) => void ways.failing.set(branch.place, idOf(branch)),
    ending: (branch) => void ways.ending.set(branch.place, idOf(branch)),
  };
}

type Branching = Extract<ExprKind, "if" | "match" | "catch" | "binary" | "for" | "repeat" | "parallel_for" | "parallel" | "race">;
const waysOf: { readonly [K in Branching]: (node: ExprOf<K>, add: Add) => void } & {
  readonly text_if: (node: TextIfNode, add: Add) => void;
  readonly text_for: (node: TextForNode, add: Add) => void;
} = {
  if(node, add) {
    add.visited({ of: "if", place: node.then.place }, node.then);
    if (node.else === undefined) add.skipped({ of: "if not", place: node.place }, node);
    // An `else if` is an `if` with ways of its own.
    else if (node.else.kind !== "if") add.visited({ of: "else", place: node.else.place }, node.else);
  },
  match({ arms }, add) {
    for (const { pattern, value } of arms) {
      const name = pattern.of === "any" ? "_" : JSON.stringify(pattern.value);
      add.visited({ of: "case", name, place: value.place }, value);
    }
  },
  catch: ({ handler }, add) => add.visited({ of: "catch", place: handler.place }, handler),
  binary({ op, right }, add) {
    if (op === "??") add.visited({ of: "??", place: right.place }, right);
  },
  for: ({ body }, add) => add.visited({ of: "loop", place: body.place }, body),
  repeat: ({ body }, add) => add.visited({ of: "loop", place: body.place }, body),
  parallel_for({ body, options }, add) {
    add.visited({ of: "loop", place: body.place }, body);
    if ((options.onError !== "fail" || options.need !== undefined) && waits(body)) add.failing({ of: "failed branch", place: body.place });
  },
  parallel({ branches, options }, add) {
    for (const { name, place, value } of branches) {
      const named = name === undefined ? {} : { name };
      add.visited({ of: "parallel", ...named, place }, value);
      if ((options.onError !== "fail" || options.need !== undefined) && waits(value)) add.failing({ of: "failed branch", ...named, place });
    }
  },
  race({ branches }, add) {
    for (const { name, place } of branches) add.ending({ of: "race", ...(name === undefined ? {} : { name }), place });
  },
  text_if(node, add) {
    add.visited({ of: "if", place: node.place }, node.then);
    add.visited({ of: node.else.length === 0 ? "if not" : "else", place: node.place }, node.else);
  },
  text_for: ({ body, place }, add) => add.visited({ of: "loop", place }, body),
};
