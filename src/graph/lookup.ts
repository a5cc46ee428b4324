import { suggest } from "../diagnostics/suggest.ts";
import type { BudgetRef, Graph, ParamNode, RetryRef } from "./graph.ts";
import type { TypeNode } from "./types.ts";

/** What a graph that was read names and does not hold; `path` is the place in the JSON. */
export interface Problem {
  readonly path: string;
  readonly message: string;
  readonly hint?: string;
}

/** Stops the search at the first problem. Thrown and caught inside `references`. */
export class Unresolved extends Error {
  readonly problem: Problem;
  constructor(path: string, message: string, hint?: string) {
    super(message);
    this.problem = { path, message, ...(hint === undefined ? {} : { hint }) };
  }
}

export type Section = "providers" | "models" | "retries" | "budgets" | "templates" | "tools" | "mcp" | "agents" | "workflows" | "types";
const words: { readonly [S in Section]: string } = {
  providers: "provider",
  models: "model",
  retries: "retry",
  budgets: "budget",
  templates: "template",
  tools: "tool",
  mcp: "mcp server",
  agents: "agent",
  workflows: "workflow",
  types: "type",
};

/** What the keys of a graph mean. Each method throws `Unresolved` where one means nothing. */
export class Lookup {
  readonly graph: Graph;
  constructor(graph: Graph) {
    this.graph = graph;
  }

  key(section: Section, key: string, path: string): void {
    const held = Object.keys(this.graph[section]);
    // What a profile alone declares is there only under that profile; whether it is chosen shows when the run starts.
    if (section === "providers" || section === "models" || section === "mcp")
      for (const profile of Object.values(this.graph.profiles)) held.push(...Object.keys(profile[section]));
    if (held.includes(key)) return;
    const nearest = suggest(key, held);
    throw new Unresolved(
      path,
      `The graph has no ${words[section]} ${JSON.stringify(key)}.`,
      nearest === undefined ? undefined : `Did you mean ${JSON.stringify(nearest)}?`,
    );
  }

  retry(ref: RetryRef | undefined, path: string): void {
    if (ref !== undefined && ref !== "none") this.key("retries", ref.retry, `${path}.retry`);
  }

  budget(ref: BudgetRef | undefined, path: string): void {
    if (ref !== undefined && "budget" in ref) this.key("budgets", ref.budget, `${path}.budget`);
  }

  type(type: TypeNode | undefined, path: string): void {
    if (type === undefined) return;
    if (type.kind === "record") this.key("types", type.name, `${path}.name`);
    else if (type.kind === "list") this.type(type.element, `${path}.element`);
    else if (type.kind === "map") this.type(type.value, `${path}.value`);
    else if (type.kind === "nullable") this.type(type.type, `${path}.type`);
    else if (type.kind === "string") pattern(type.pattern, `${path}.pattern`);
    else if (type.kind === "union") for (const [index, member] of type.members.entries()) this.type(member, `${path}.members[${index}]`);
  }

  /** Whether the arguments of a call are those that the callee takes. */
  args(what: string, params: readonly ParamNode[], args: Readonly<Record<string, unknown>>, path: string): void {
    const names = params.map((param) => param.name);
    for (const name of Object.keys(args)) {
      if (!names.includes(name)) throw new Unresolved(at(path, name), `${what} has no parameter ${JSON.stringify(name)}.`);
    }
    for (const param of params) {
      if (param.default === undefined && !Object.hasOwn(args, param.name))
        throw new Unresolved(path, `${what} is called without its parameter ${JSON.stringify(param.name)}.`);
    }
  }
}

function pattern(text: string | undefined, path: string): void {
  if (text === undefined) return;
  try {
    new RegExp(text, "u");
  } catch {
    throw new Unresolved(path, `${JSON.stringify(text)} is no regular expression.`);
  }
}

/** The path of a member, as `jsonPath` spells it. */
export function at(path: string, key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
}
