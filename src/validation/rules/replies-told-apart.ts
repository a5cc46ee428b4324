import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { type CallGraph, declarationsOf } from "../call-graph.ts";
import { modelsOf } from "../candidates.ts";
import { entryOf } from "../entry-of.ts";
import { misfitOf } from "../json-misfit.ts";
import type { WholeProgram } from "../rule.ts";
import { readJson, scriptedFiles } from "../scripted.ts";

/**
 * Scripted replies that calls at the same time share are told apart with `when`: they are dealt in order of arrival, so
 * which branch gets which would be left to chance.
 */
export function* repliesToldApart(program: WholeProgram, graph: CallGraph): Iterable<Diagnostic> {
  const atOnce = calledAtOnce(graph);
  if (atOnce.size === 0) return;
  const models = modelsOf(program, undefined);
  for (const { provider, at, name, schema, text } of scriptedFiles(program)) {
    const read = readJson(text);
    if ("why" in read || misfitOf(schema, read.json) !== undefined) continue;
    const replies = read.json as Readonly<Record<string, readonly Reply[]>>;
    for (const { key, decl, file } of declarationsOf(program, "AgentDecl")) {
      const choice = entryOf(decl, "model");
      const entries = Object.hasOwn(replies, decl.name.text) ? replies[decl.name.text] : undefined;
      if (entries === undefined || !atOnce.has(key) || choice === undefined || !areShared(entries)) continue;
      if (!models.candidatesOf(choice.value, file).some((candidate) => candidate.provider.decl === provider.decl)) continue;
      yield {
        code: "T458",
        severity: "warning",
        message: `Calls of "${decl.name.text}" that run at the same time share entries of ${JSON.stringify(name)}: which call gets which reply is left to chance.`,
        span: { file: provider.file, start: at.start, end: at.end },
        hint: 'Give the entries a `"when": { "contains": "…" }` that tells the calls apart.',
      };
    }
  }
}

interface Reply {
  readonly when?: Readonly<Record<string, string>>;
  readonly times?: number | "always";
}

/**
 * Whether two different entries answer to any call at all, and the first of them is used up at some time. A `when` that
 * looks at the prompt, the system text or the path is taken to tell the calls apart; one that looks at the last tool alone
 * fits each of them.
 */
function areShared(entries: readonly Reply[]): boolean {
  const first = new Map<string, { readonly usedUp: boolean; readonly reply: string }>();
  for (const { when = {}, times, ...reply } of entries) {
    if ("contains" in when || "system" in when || "path" in when) continue;
    const condition = when["after_tool"] ?? "";
    const before = first.get(condition);
    const said = JSON.stringify(reply);
    if (before?.usedUp && before.reply !== said) return true;
    if (before === undefined) first.set(condition, { usedUp: times !== "always", reply: said });
  }
  return false;
}

/** Agents of which two calls may run at the same time. */
function calledAtOnce(graph: CallGraph): ReadonlySet<string> {
  const atOnce = new Set<string>();
  for (const edges of graph.values()) {
    for (const edge of edges) {
      const twin =
        edge.branch !== undefined &&
        edges.some((other) => other.to === edge.to && other.branch?.block === edge.branch?.block && other.branch?.index !== edge.branch?.index);
      if (edge.branch?.many || twin) spread(edge.to, graph, atOnce);
    }
  }
  return atOnce;
}

function spread(key: string, graph: CallGraph, found: Set<string>): void {
  const queue = [key];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    for (const edge of graph.get(next) ?? []) queue.push(edge.to);
  }
}
