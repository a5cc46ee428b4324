import { abortReason, onAbort, throwIfAborted } from "../agent/abort.ts";
import type { Emit } from "../agent/events.ts";
import { foreignCheck, type PatternEngine } from "../agent/foreign-schema.ts";
import type { Tool } from "../agent/spec.ts";
import { RunError } from "../diagnostics/errors.ts";
import { suggest } from "../diagnostics/suggest.ts";
import { visible } from "../diagnostics/visible.ts";
import type { AgentNode, Graph, McpNode, ToolRef } from "../graph/graph.ts";
import type { OpenToolServer, ServerTool, ToolServer } from "./options.ts";
import { isNamed, modelName, named, serverRules } from "./server-rules.ts";

export type McpRef = Extract<ToolRef, { readonly of: "mcp" }>;
/** What each entry of an agent's `tools` that names a server comes to. */
export type Listed = ReadonlyMap<McpRef, readonly Tool[]>;

/** The MCP servers of a run, each started when it is first needed. */
export interface Servers {
  /**
   * The tools of an agent's entries; their servers start at the same time. With what was `before` given, the same object
   * where nothing has changed, and a tool that is gone is left out with a warning. Throws T470 for one that was never there.
   */
  offered(refs: readonly McpRef[], agent: AgentNode, signal: AbortSignal, before?: Listed): Promise<Listed>;
  /** One tool, for a workflow's call at `place`. */
  tool(key: string, tool: string, place: string, signal: AbortSignal): Promise<Tool>;
  /** Ends every server that was started, also one that is still starting. */
  close(): Promise<void>;
}

export interface ServersOptions {
  readonly graph: Pick<Graph, "mcp">;
  readonly open: OpenToolServer | undefined;
  readonly emit: Emit;
  /** The run's path, for warnings. */
  readonly path: string;
}

/** More than vendors take in one request (OpenAI: 128 functions), and more than a model chooses among well. */
const manyTools = 128;

export function createServers({ graph, open, emit, path }: ServersOptions): Servers {
  const opened = new Map<string, Promise<Up>>();
  const warned = new Set<string>();
  const over = new AbortController();
  let closed = false;

  /** Once for each server and message: calls of one agent would say it again and again. */
  function warn(node: McpNode, message: string, hint?: string): void {
    if (closed || warned.has(`${node.name}\n${message}`)) return;
    warned.add(`${node.name}\n${message}`);
    emit(path, { type: "warning", code: "T640", place: node.place, message, ...(hint === undefined ? {} : { hint }) });
  }

  /** A failure is kept, too: it is the same for all who need the server. */
  function up(key: string): Promise<Up> {
    let known = opened.get(key);
    if (known === undefined) {
      known = start(key);
      opened.set(key, known);
      // Whoever waits for it is told; where nobody does any more, nobody is.
      known.catch(() => undefined);
    }
    return known;
  }

  async function start(key: string): Promise<Up> {
    const node = graph.mcp[key];
    if (node === undefined) throw new RunError("internal", `The graph has no mcp server "${key}".`, { code: "T624" });
    if (open === undefined) {
      throw new RunError("tool_error", `The MCP server "${node.name}" is not opened: whoever runs the program gave no \`openToolServer\`.`, {
        code: "T640",
        place: node.place,
      });
    }
    const server = await open(key, node, { signal: over.signal, warn: (message, hint) => warn(node, message, hint) });
    return { node, server, tools: new WeakMap(), rules: serverRules(node), checked: undefined };
  }

  /** The server's tools that the declaration lets through, each as one object for as long as the server lists it so. */
  async function toolsOf(server: Up): Promise<readonly Named[]> {
    const { node, rules } = server;
    const listed = await server.server.tools();
    if (server.checked === undefined) {
      server.checked = true;
      for (const { tool, option } of rules.named) {
        if (listed.some(({ name }) => isNamed(name, tool))) continue;
        warn(node, `\`${option}\` of "${node.name}" names "${visible(tool, true)}", which the server does not have.`, choice(tool, listed));
      }
    }
    return listed.filter(({ name }) => rules.allows(name)).map((tool) => ({ name: tool.name, tool: built(server, tool) }));
  }

  function built(server: Up, listed: ServerTool): Tool {
    let tool = server.tools.get(listed);
    if (tool === undefined) {
      tool = buildTool(server, listed, (gap) =>
        warn(server.node, `Arguments of "${server.node.name}.${visible(listed.name, true)}" are not all checked before the call: ${visible(gap, true)}.`),
      );
      server.tools.set(listed, tool);
    }
    return tool;
  }

  async function offered(refs: readonly McpRef[], agent: AgentNode, before: Listed | undefined): Promise<Listed> {
    const servers = new Map(await Promise.all([...new Set(refs.map(({ key }) => key))].map(async (key) => [key, await up(key)] as const)));
    const lists = new Map(await Promise.all([...servers].map(async ([key, server]) => [key, await toolsOf(server)] as const)));
    const found = new Map<McpRef, readonly Tool[]>();
    for (const ref of refs) {
      const server = servers.get(ref.key);
      const tools = lists.get(ref.key) ?? [];
      if (server === undefined) continue;
      if (ref.tool === "*")
        found.set(
          ref,
          tools.map(({ tool }) => tool),
        );
      else {
        const one = named(tools, ref.tool);
        if (one === undefined && before === undefined) throw unknownTool(server.node, ref.tool, tools, agent.place);
        if (one === undefined) warn(server.node, `"${server.node.name}.${ref.tool}" is gone: the server does not list it any more.`);
        found.set(ref, one === undefined ? [] : [one.tool]);
      }
    }
    if (before !== undefined && [...found].every(([ref, tools]) => isSame(tools, before.get(ref)))) return before;
    const count = [...found.values()].reduce((sum, tools) => sum + tools.length, 0);
    const [first] = servers.values();
    if (count > manyTools && first !== undefined) {
      const message = `The agent "${agent.name}" offers its model ${count} tools of MCP servers, which is more than vendors take.`;
      warn(first.node, message, `List those it needs by name, or let fewer through: \`allow: ["…"]\` on the server.`);
    }
    return found;
  }

  return {
    offered: (refs, agent, signal, before) => orAborted(offered(refs, agent, before), signal),
    tool: (key, tool, place, signal) =>
      orAborted(
        (async () => {
          const server = await up(key);
          const tools = await toolsOf(server);
          const one = named(tools, tool);
          if (one === undefined) throw unknownTool(server.node, tool, tools, place);
          return one.tool;
        })(),
        signal,
      ),
    async close() {
      closed = true;
      over.abort(new RunError("cancelled", "The run is over."));
      const settled = await Promise.allSettled(opened.values());
      await Promise.allSettled(settled.map((one) => (one.status === "fulfilled" ? one.value.server.close() : undefined)));
    },
  };
}

interface Up {
  readonly node: McpNode;
  readonly server: ToolServer;
  readonly rules: ReturnType<typeof serverRules>;
  readonly tools: WeakMap<ServerTool, Tool>;
  /** The names in the declaration were looked for. */
  checked: true | undefined;
}
interface Named {
  readonly name: string;
  readonly tool: Tool;
}

function buildTool({ node, server, rules }: Up, listed: ServerTool, tell: (gap: string) => void): Tool {
  const { name, description, parameters } = listed;
  const timeoutMs = rules.timeoutMs(name);
  let check: ReturnType<typeof foreignCheck> | undefined;
  return {
    name: modelName(node, name),
    ...(description === undefined ? {} : { description }),
    parameters,
    async validator() {
      check ??= patterns().then((engine) => foreignCheck(parameters, engine));
      const { gap, validate } = await check;
      if (gap !== undefined) tell(gap);
      return validate;
    },
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(rules.approves(name) ? { needsApproval: () => true, approvalPlace: node.place } : {}),
    async execute(args, { signal, attach, progress, path }) {
      const { value, attachments } = await server.call(name, args, { signal, onProgress: progress, path });
      attach(attachments);
      return value;
    },
  };
}

let engine: Promise<PatternEngine> | undefined;

/** RE2, whose searches are linear in the text; loaded when a schema from outside is compiled for the first time. */
function patterns(): Promise<PatternEngine> {
  engine ??= import("re2js").then(({ RE2JS }) => (pattern) => {
    const regex = RE2JS.compile(pattern);
    return (text) => regex.test(text);
  });
  return engine;
}

/** T470: the program names a tool that its server does not list, or that the declaration forbids. */
function unknownTool(node: McpNode, tool: string, tools: readonly { readonly name: string }[], place: string): RunError {
  return new RunError("not_found", `The MCP server "${node.name}" has no tool "${visible(tool, true)}".`, {
    code: "T470",
    place,
    hint: choice(tool, tools),
  });
}

/** Names shown where none is near. */
const shownNames = 12;

function choice(wanted: string, tools: readonly { readonly name: string }[]): string {
  const names = tools.map(({ name }) => visible(name, true));
  const nearest = suggest(wanted, names);
  if (nearest !== undefined) return `Did you mean "${nearest}"?`;
  if (names.length === 0) return "It lists none.";
  const more = names.length > shownNames ? ` and ${names.length - shownNames} more: \`tantra tools FILE\` lists them` : "";
  return `It has ${names.slice(0, shownNames).join(", ")}${more}.`;
}

function isSame(tools: readonly Tool[], before: readonly Tool[] | undefined): boolean {
  return before !== undefined && tools.length === before.length && tools.every((tool, index) => tool === before[index]);
}

/** As the promise, unless the signal aborts first: a server that starts slowly holds up no cancellation. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  throwIfAborted(signal);
  return new Promise((resolve, reject) => {
    const letGo = onAbort(signal, () => reject(abortReason(signal)));
    work.then(resolve, reject).finally(letGo);
  });
}
