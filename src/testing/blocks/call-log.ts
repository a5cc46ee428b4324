import type { RunEvent } from "../../agent/events.ts";
import type { Message } from "../../agent/provider.ts";
import { RunError } from "../../diagnostics/errors.ts";
import type { Json } from "../../diagnostics/json.ts";
import type { Graph } from "../../graph/graph.ts";
import { argument, countArgument, has, type LibraryFunction, stringArgument } from "../../interpreter/library/function.ts";
import type { Order, Placed } from "./order.ts";

/** What has run in a test so far. */
export interface CallLog {
  see(event: RunEvent): void;
  /** A tool that ran. */
  tool(key: string, path: string, args: Json): void;
  /** `calls`, `prompt` and `failed_checks`. */
  readonly functions: Readonly<{ [name: string]: LibraryFunction }>;
  /** The keys of all agents, tools, models and workflows that ran. */
  reached(): ReadonlySet<string>;
}

interface Call extends Placed {
  readonly key: string;
  /** What was sent, piece by piece. */
  readonly texts: string[];
}

export function createCallLog(graph: Graph, order: Order): CallLog {
  const calls: Call[] = [];
  /** Who speaks in the run of an agent, by its path. */
  const speaking = new Map<string, Call>();
  const failedChecks: string[] = [];
  const agents = new Map(Object.entries(graph.agents).map(([key, { place }]) => [place, key]));
  const workflows = Object.entries(graph.workflows);
  const tools = new Map(Object.entries(graph.tools).map(([key, { name }]) => [name, key]));
  let seq = 0;

  function add(key: string, path: string, texts: string[] = []): Call {
    const call = { key, path, seq: seq++, texts };
    calls.push(call);
    return call;
  }
  const of = (key: string): Call[] => calls.filter((call) => call.key === key).sort(order.compare);

  return {
    see(event) {
      const { path, type } = event;
      if (type === "agent.started") {
        const key = agents.get(event.place ?? "");
        if (key !== undefined) speaking.set(path, add(key, path));
      } else if (type === "handoff.taken") {
        const run = path.replace(/\/turn\[\d+\]\/call\[\d+\]\/[^/]*$/, "");
        const giver = graph.agents[speaking.get(run)?.key ?? ""];
        const taker = giver?.handoffs.find(({ agent }) => graph.agents[agent]?.name === event.to)?.agent;
        if (taker !== undefined) speaking.set(run, add(taker, path));
      } else if (type === "model.requested") {
        const { messages } = event.request;
        const texts = speaking.get(path.replace(/\/turn\[\d+\]$/, ""))?.texts;
        if (texts !== undefined) texts.push(...contents(messages).slice(shared(texts, contents(messages))));
        if (Object.hasOwn(graph.models, event.model)) add(event.model, path, contents(messages));
      } else if (type === "tool.called" && event.replayed) {
        // One that is read from a recording reaches no tool.
        const key = tools.get(event.tool) ?? toolOfServer(event.tool, graph);
        if (key !== undefined) add(key, path, [JSON.stringify(event.arguments)]);
      } else if (type === "check.failed") {
        const key = agents.get(event.place ?? "");
        if (key !== undefined) failedChecks.push(key);
      } else if (type === "step.started" && event.kind === "workflow_call") {
        for (const [key, { name }] of workflows) if (name === event.name) add(key, path);
      }
    },
    tool(key, path, args) {
      // A tool that is called again after a failure is one call.
      if (!calls.some((call) => call.key === key && call.path === path)) add(key, path, [JSON.stringify(args)]);
    },
    functions: {
      calls: (call) => of(stringArgument(call, 0)).length,
      failed_checks: (call) => failedChecks.filter((key) => key === argument(call, 0)).length,
      prompt(call) {
        const key = stringArgument(call, 0);
        const made = of(key);
        const n = has(call, 1) ? countArgument(call, 1) : made.length;
        const wanted = made[n - 1];
        if (wanted !== undefined) return wanted.texts.join("\n\n");
        const times = made.length === 0 ? "was not called" : `was called ${made.length === 1 ? "once" : `${made.length} times`}, so there is no call ${n}`;
        throw new RunError("bad_value", `"${key.slice(key.indexOf("#") + 1)}" ${times}.`, { place: call.place });
      },
    },
    reached: () => new Set(calls.map(({ key }) => key)),
  };
}

/** `FILE#files.read_file` of `files_read_file`. */
function toolOfServer(name: string, { mcp }: Graph): string | undefined {
  const [key, server] = Object.entries(mcp).find(([, node]) => name.startsWith(`${node.name}_`)) ?? [];
  return server === undefined ? undefined : `${key}.${name.slice(server.name.length + 1)}`;
}

function contents(messages: readonly Message[]): string[] {
  return messages.map(({ content }) => content).filter((content) => content !== "");
}

/** How many of the messages were sent before: a conversation grows at its end. */
function shared(before: readonly string[], now: readonly string[]): number {
  const at = now.findIndex((content, index) => before[index] !== content);
  return at === -1 ? now.length : at;
}
