import type { Hooks } from "../../agent/hooks.ts";
import { type ModelChunk, type ModelRequest, type Provider, ProviderError } from "../../agent/provider.ts";
import { noUsage } from "../../agent/usage.ts";
import { RunError } from "../../diagnostics/errors.ts";
import type { Json } from "../../diagnostics/json.ts";
import { visible } from "../../diagnostics/visible.ts";
import type { Graph, TestNode } from "../../graph/graph.ts";
import type { RunOptions, ServerTool, ToolServer } from "../../interpreter/options.ts";
import { askKey, type Outcome, type Outcomes } from "./outcomes.ts";

/** What is told of each call of a tool that ran, faked or not. */
export type ToldCall = (key: string, path: string, args: Json) => void;

/** The options of a run in which `outcomes` answer for what they fake. */
export function withStandIns(options: RunOptions, outcomes: Outcomes, test: TestNode, graph: Graph, told: ToldCall): RunOptions {
  const { keys, take } = outcomes;
  const { openToolServer } = options;
  return {
    ...options,
    hooks: people(outcomes),
    fakes: {
      agent: (key) => (keys.has(key) ? replying((request, signal) => take(key, request.origin.path.replace(/\/turn\[\d+\]$/, ""), signal), result) : undefined),
      model: (key) => (keys.has(key) ? replying((request, signal) => take(key, request.origin.path, signal), reply) : undefined),
    },
    async loadTool(key, node) {
      const real = keys.has(key) ? undefined : await options.loadTool(key, node);
      return async (args, context) => {
        const { path, signal } = context;
        told(key, path, args);
        return real === undefined ? valueOf(await take(key, path, signal), `The tool "${node.name}"`) : real(args, context);
      };
    },
    async openToolServer(key, node, context) {
      const faked = wholly(key, outcomes, test, graph);
      if (faked === undefined && openToolServer === undefined)
        throw new RunError("tool_error", `The MCP server "${node.name}" is not opened.`, { code: "T640" });
      const server = faked === undefined ? await openToolServer?.(key, node, context) : undefined;
      const tools = faked?.map((name): ServerTool => ({ name, parameters: { type: "object" } })) ?? [];
      const standIn: ToolServer = {
        tools: async () => (server === undefined ? tools : server.tools()),
        async call(tool, args, call) {
          const { path = "", signal } = call;
          told(`${key}.${tool}`, path, args);
          if (server !== undefined && !keys.has(`${key}.${tool}`)) return server.call(tool, args, call);
          return { value: valueOf(await take(`${key}.${tool}`, path, signal), `The tool "${node.name}.${tool}"`), attachments: [] };
        },
        close: async () => server?.close(),
      };
      return standIn;
    },
  };
}

/** Answers for whoever would be asked: a test asks nobody. */
function people({ keys, take }: Outcomes): Hooks {
  async function answer(path: string, signal: AbortSignal, what: string, place: string): Promise<Json> {
    if (!keys.has(askKey)) {
      const hint = "Answer it in the test: `fake ask -> true`.";
      throw new RunError("cancelled", `The test reached ${what}, and asks nobody.`, { code: "T641", path, place, hint });
    }
    return valueOf(await take(askKey, path, signal), "The answer");
  }
  return {
    async ask({ path, question, place, signal, wrong }) {
      if (wrong !== undefined) throw new RunError("bad_value", `The faked answer to "${visible(question, true)}" does not fit. ${wrong}`, { path, place });
      return { answer: await answer(path, signal, `the question "${visible(question, true)}"`, place) };
    },
    async approve({ path, tool, place, signal }) {
      const approved = await answer(path, signal, `the approval of the tool "${tool}"`, place);
      if (typeof approved !== "boolean") {
        const hint = "Answers are dealt in the order of the calls' paths, those of questions and approvals alike.";
        throw new RunError("bad_value", `The faked answer to the approval of "${tool}" is ${JSON.stringify(approved)}, and not true or false.`, {
          path,
          place,
          hint,
        });
      }
      return { approved };
    },
  };
}

/** The names of a server's tools where the program names each that it uses and all are faked: then no server is needed. */
function wholly(server: string, { keys }: Outcomes, test: TestNode, graph: Graph): readonly string[] | undefined {
  const named = [...new Set([...toolsNamed(graph.agents, server), ...toolsNamed(graph.workflows, server), ...toolsNamed(test.body, server)])];
  return named.every((tool) => keys.has(`${server}.${tool}`)) ? named : undefined;
}

/** Tools of a server, wherever an agent's list or a call names them. */
function toolsNamed(value: unknown, server: string): string[] {
  if (typeof value !== "object" || value === null) return [];
  const node = value as Readonly<Record<string, unknown>>;
  const isRef = node["of"] === "mcp" && node["key"] === server;
  const isCall = node["kind"] === "mcp_call" && node["server"] === server;
  return [...(isRef || isCall ? [String(node["tool"])] : []), ...Object.values(node).flatMap((part) => toolsNamed(part, server))];
}

function valueOf(outcome: Outcome, what: string): Json {
  if ("value" in outcome) return outcome.value;
  const { fail, message } = outcome;
  // A tool's own words are the cause: a model is told those and nothing else.
  throw new RunError(fail, `${what} failed${message === "" ? "" : `: ${message}`}.`, message === "" ? {} : { cause: new Error(message) });
}

type Answer = readonly ModelChunk[];

function replying(next: (request: ModelRequest, signal: AbortSignal) => Promise<Outcome>, answer: (value: Json, request: ModelRequest) => Answer): Provider {
  return {
    async *complete(request, signal) {
      const outcome = await next(request, signal);
      if ("fail" in outcome) throw new ProviderError(outcome.fail, outcome.message, { usage: noUsage });
      yield* answer(outcome.value, request);
      yield { type: "finish", reason: "stop", usage: noUsage };
    },
    free: () => true,
  };
}

/** The value of an agent's result. */
function result(value: Json, { origin }: ModelRequest): Answer {
  const { resultSchema, wrapped } = origin;
  if (resultSchema === undefined) return text(typeof value === "string" ? value : JSON.stringify(value));
  return text(JSON.stringify(wrapped ? { value } : value));
}

/** A text is the model's reply as it stands; anything else is the result that it was asked for. */
function reply(value: Json, request: ModelRequest): Answer {
  const { agent, outputMode, resultSchema, wrapped } = request.origin;
  if (typeof value === "string") return text(value);
  if (resultSchema === undefined) return text(JSON.stringify(value));
  const given = JSON.stringify(wrapped ? { value } : value);
  return outputMode === "tool" ? [{ type: "tool_call", index: 0, id: "call_1", name: agent, arguments: given }] : text(given);
}

const text = (written: string): Answer => [{ type: "text", text: written }];
