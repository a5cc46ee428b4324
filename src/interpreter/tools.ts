import type { Journal } from "../agent/journal.ts";
import type { Tool } from "../agent/spec.ts";
import { RunError } from "../diagnostics/errors.ts";
import type { Json, JsonObject } from "../diagnostics/json.ts";
import { completeArguments } from "../graph/complete.ts";
import { conform } from "../graph/conform.ts";
import type { Expr } from "../graph/expressions.ts";
import type { Graph, ToolNode } from "../graph/graph.ts";
import { evaluate } from "./evaluate.ts";
import { retryPolicy } from "./models.ts";
import type { RunOptions, ToolFunction } from "./options.ts";
import type { Program } from "./program.ts";
import { createStores } from "./store.ts";
import { renderTemplate, templateOf } from "./strict.ts";
import { asBool } from "./values/kinds.ts";
import { Variables } from "./variables.ts";

/** The tools of a run: what a `tool` declaration becomes, for models and for workflows. */
export interface Tools {
  tool(key: string): Tool;
}

export function createTools(graph: Graph, program: Program, options: RunOptions, journal: Journal | undefined): Tools {
  const tools = new Map<string, Tool>();
  const functions = new Map<string, ToolFunction | Promise<ToolFunction>>();
  const kept = createStores(journal);

  function load(key: string, node: ToolNode): ToolFunction | Promise<ToolFunction> {
    let loaded = functions.get(key);
    if (loaded === undefined) {
      loaded = options.loadTool(key, node);
      functions.set(key, loaded);
    }
    return loaded;
  }

  function build(key: string, node: ToolNode): Tool {
    const schemas = graph.schemas[key];
    if (schemas === undefined) throw new RunError("internal", `The graph has no schemas for "${key}".`, { code: "T624", place: node.place });
    const { deny, approve, onError } = node;
    const holds = (condition: Expr, args: JsonObject): boolean =>
      asBool(evaluate(condition, Variables.of(args), program), "The condition of a tool", condition.place);
    return {
      name: node.name,
      ...(node.doc === undefined ? {} : { description: node.doc }),
      parameters: schemas.parameters,
      ...(node.timeoutMs === undefined ? {} : { timeoutMs: node.timeoutMs }),
      ...(node.retry === undefined ? {} : { retry: retryPolicy(node.retry, graph) }),
      ...(node.maxResult === undefined ? {} : { maxResult: node.maxResult }),
      complete: (args) => completeArguments(node.params, args, graph.types),
      ...(deny === undefined ? {} : { deny: (args: JsonObject) => holds(deny, args) }),
      ...(approve === undefined ? {} : { needsApproval: (args: JsonObject) => holds(approve, args) }),
      ...(onError === undefined ? {} : { onError: (errorClass: string, message: string | undefined) => wordsFor(onError, errorClass, message, node, program) }),
      recalled: (path) => kept.recall(path),
      async execute(args, { signal, runId, idempotencyKey, path }) {
        const call = await load(key, node);
        const store = kept.of(path);
        // The secrets among the options are the host's: `loadTool` fills them in.
        const context = { signal, runId, idempotencyKey, path, options: node.options ?? {}, store, projectDir: options.projectDir ?? "" };
        return resultOf(node, await call(args, context), graph);
      },
    };
  }

  return {
    tool(key) {
      let tool = tools.get(key);
      if (tool === undefined) {
        const node = graph.tools[key];
        if (node === undefined) throw new RunError("internal", `The graph has no tool "${key}".`, { code: "T624" });
        tool = build(key, node);
        tools.set(key, tool);
      }
      return tool;
    },
  };
}

/** What the function gave, held to the declared type. Nothing at all is null. */
function resultOf(node: ToolNode, value: unknown, graph: Graph): Json {
  const result = conform(node.result, value === undefined ? null : value, graph.types);
  if (result.ok) return result.value;
  throw new RunError("tool_error", `The tool "${node.name}" gave what its type does not allow: ${result.message}`, {
    place: node.place,
    hint: `Change what ${node.module} returns, or the type after \`->\` in the declaration.`,
  });
}

function wordsFor(key: string, errorClass: string, message: string | undefined, node: ToolNode, program: Program): string {
  const text = renderTemplate(templateOf(key, program, node.place), { class: errorClass, message: message ?? "" }, program);
  return typeof text === "string" ? text : JSON.stringify(text);
}
