import type { RunEvent } from "../agent/events.ts";
import type { Hooks } from "../agent/hooks.ts";
import type { PriceTable } from "../agent/price.ts";
import { createPriceTable } from "../agent/price-table.ts";
import type { Answers } from "../agent/question.ts";
import { RunError } from "../diagnostics/errors.ts";
import type { JsonObject } from "../diagnostics/json.ts";
import type { EnvNode, Graph, TestNode } from "../graph/graph.ts";
import type { RunOptions } from "../interpreter/options.ts";
import { type Start, startOf, withProfile } from "../interpreter/start.ts";
import { lockFile } from "../validation/server-lock.ts";
import { systemClock } from "./clock.ts";
import { type Environment, readEnvironment, resolveOptions, variablesIn } from "./environment.ts";
import { findCommand, noProgram } from "./find-command.ts";
import { sha256 } from "./hash.ts";
import { type HostValues, withHostValues } from "./host-values.ts";
import { newRunId } from "./ids.ts";
import { driftOf, lockedServer, lockOf } from "./mcp-lock.ts";
import { missingVariables } from "./missing-variables.ts";
import { type Faked, type Needed, needed } from "./needed.ts";
import { openAttachment, unreadableInputs } from "./open-attachment.ts";
import { openProvider } from "./open-provider.ts";
import { moduleOf, openTool } from "./open-tool.ts";
import type { Project } from "./project.ts";
import { sessionStore } from "./session-store.ts";
import { isTrusted, type KeyLeaving, keysLeaving, keysToServers, untrusted } from "./trust.ts";

export interface PrepareOptions {
  readonly graph: Graph;
  readonly project: Project;
  readonly input: JsonObject;
  /** The workflow or agent to start, by key or name. */
  readonly main?: string;
  /** It is an agent that is talked to: its opening is no answer yet, so it needs no prompt. */
  readonly talk?: boolean;
  readonly profile?: string;
  /** The process's variables; those of `.env` come after them. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Puts the simulator in the place of every provider. */
  readonly simulate?: boolean;
  /** Hosts that keys may be sent to although a program names them itself. */
  readonly trusted?: readonly string[];
  /** Asks a person about a host that is not trusted. Absent: it is refused. */
  readonly confirm?: (leaving: KeyLeaving) => Promise<boolean>;
  readonly onEvent?: (event: RunEvent) => void;
  readonly signal?: AbortSignal;
  readonly maxCostUsd?: number;
  readonly timeoutMs?: number;
  /** What paths of images and files in the input are relative to; default: the process's. */
  readonly cwd?: string;
  readonly hooks?: Hooks;
  readonly answers?: Answers;
  /** Default: a new one. */
  readonly prices?: PriceTable;
  /** By key of the declaration that each takes the place of. */
  readonly host?: HostValues;
}

export type Prepared =
  | { readonly ready: true; readonly start: Start; readonly options: RunOptions }
  /** Why the run cannot start, all of it at once. */
  | { readonly ready: false; readonly problems: readonly RunError[] };

/**
 * Everything that `run` takes, from this machine: variables, keys, tool modules, providers, the clock. What is missing is
 * found before anything runs. Throws `RunError` T621 where there is no such main or profile.
 */
export async function prepareRun(from: PrepareOptions): Promise<Prepared> {
  const graph = withHostValues(withProfile(from.graph, from.profile), from.host);
  const start = startOf(graph, from.main, { talk: from.talk === true });
  const unreadable = unreadableInputs(start.node.params, from.input, from.cwd ?? process.cwd());
  const provided = await provide(from, graph, needed(graph, start.key), unreadable);
  return provided.ready ? { ready: true, start, options: { ...provided.options, main: start.key } } : provided;
}

/** Everything that a replay takes: nothing is asked of the machine but the files that prompts show. Throws like `prepareRun`. */
export async function prepareReplay(from: PrepareOptions): Promise<Prepared> {
  const graph = withProfile(from.graph, from.profile);
  const start = startOf(graph, from.main, { talk: from.talk === true });
  const problems = unreadableInputs(start.node.params, from.input, from.cwd ?? process.cwd());
  if (problems.length > 0) return { ready: false, problems };
  return { ready: true, start, options: { ...runOptions(from, readEnvironment(from.project.root, from.env)), main: start.key } };
}

/** Everything that a test takes, but for what it answers for itself. */
export async function prepareTest(from: Omit<PrepareOptions, "input">, test: TestNode, faked: Faked): Promise<Provided> {
  const graph = withProfile(from.graph, from.profile);
  return provide({ ...from, input: {} }, graph, needed(graph, test, faked), []);
}

/** Everything that a test takes which plays a recording: what it does not fake is in that. */
export function prepareReplayedTest(from: Omit<PrepareOptions, "input">): Provided {
  return { ready: true, options: runOptions({ ...from, input: {} }, readEnvironment(from.project.root, from.env)) };
}

export type Provided = Exclude<Prepared, { readonly ready: true }> | { readonly ready: true; readonly options: RunOptions };

async function provide(from: PrepareOptions, graph: Graph, uses: Needed, unreadable: readonly RunError[]): Promise<Provided> {
  const { project, simulate = false, trusted = [], confirm } = from;
  const environment = readEnvironment(project.root, from.env);
  const problems = [
    ...missing(uses, graph, environment, simulate),
    ...missingModules(uses, graph, project, from.host),
    ...missingPrograms(uses, graph, project, from.env),
    ...unreadable,
  ];
  if (problems.length > 0) return { ready: false, problems };
  const providers = simulate ? [] : [...uses.providers].flatMap((key) => graph.providers[key] ?? []);
  const servers = [...uses.servers].flatMap((key) => graph.mcp[key] ?? []);
  for (const leaving of [...keysLeaving(providers, environment), ...keysToServers(servers, environment)]) {
    if (isTrusted(leaving, trusted)) continue;
    if (!(await confirm?.(leaving))) return { ready: false, problems: [untrusted(leaving)] };
  }
  return { ready: true, options: runOptions(from, environment) };
}

function runOptions(from: PrepareOptions, environment: Environment): RunOptions {
  const { graph, project, input, profile, simulate = false, onEvent, signal, maxCostUsd, timeoutMs, hooks, answers, host } = from;
  const variable = ({ name }: EnvNode) => environment(name);
  return {
    input,
    openProvider: (key, node) => host?.providers.get(key) ?? openProvider(node, { project, variable, simulate }),
    async loadTool(key, node) {
      const call = host?.tools.get(key) ?? (await openTool(node, project));
      const options = resolveOptions(node.options ?? {}, variable);
      return (args, context) => call(args, { ...context, options });
    },
    async openToolServer(key, node, context) {
      const { openToolServer } = await import("./open-tool-server.ts");
      const server = await openToolServer(node, { project, variable, env: from.env }, context);
      const locked = lockOf(project)?.servers[key];
      const drift = locked === undefined ? undefined : driftOf(locked, await lockedServer(server));
      if (drift !== undefined)
        context.warn(`The MCP server "${node.name}" is not as ${lockFile} knows it (${drift}).`, "`tantra mcp pull FILE` writes it anew.");
      return server;
    },
    openAttachment: (source, of) => openAttachment(source, of, from.cwd ?? process.cwd()),
    clock: systemClock,
    hash: sha256,
    newId: newRunId,
    prices: from.prices ?? createPriceTable(),
    secrets: secretsOf(graph, environment),
    projectDir: project.root,
    sessions: sessionStore(project.root),
    ...(profile === undefined ? {} : { profile }),
    ...(onEvent === undefined ? {} : { onEvent }),
    ...(signal === undefined ? {} : { signal }),
    ...(hooks === undefined ? {} : { hooks }),
    ...(answers === undefined ? {} : { answers }),
    ...(maxCostUsd === undefined ? {} : { maxCostUsd }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  };
}

function missing(uses: Needed, graph: Graph, environment: Environment, simulate: boolean): RunError[] {
  const variables = missingVariables(uses, graph, environment, simulate);
  const names = [...new Set(variables.map(({ name }) => name))];
  const hint = `Set ${names.length === 1 ? "it" : "them"} in the shell (export ${names.map((name) => `${name}=…`).join(" ")}), or in a file .env in the project's root.`;
  return variables.map(({ name, place }, index) => {
    // What to type stands once, under the last of them.
    const last = index === variables.length - 1;
    return new RunError("auth", `The variable ${name} is not set.`, { code: "T622", place, ...(last ? { hint } : {}) });
  });
}

function missingModules(uses: Needed, graph: Graph, project: Project, host: HostValues | undefined): RunError[] {
  return [...uses.tools].flatMap((key) => {
    if (host?.tools.has(key)) return [];
    const tool = graph.tools[key];
    try {
      if (tool !== undefined) moduleOf(tool, project);
      return [];
    } catch (error) {
      if (error instanceof RunError) return [error];
      throw error;
    }
  });
}

/** Programs that MCP servers are started with. */
function missingPrograms(uses: Needed, graph: Graph, project: Project, env: PrepareOptions["env"]): RunError[] {
  return [...uses.servers].flatMap((key) => {
    const node = graph.mcp[key];
    const command = node?.options["command"];
    if (node === undefined || typeof command !== "string") return [];
    const given = node.options["env"];
    // A search path from a variable is known when the server is started.
    if (typeof given === "object" && given !== null && "PATH" in given) return [];
    return findCommand(command, project.root, env["PATH"]) ? [] : [noProgram(command, node.place)];
  });
}

/** What must not leave in an event, an error or a file: the content of every variable that the program names; of addresses who logs in, and by what. */
export function secretsOf(graph: Graph, environment: Environment): string[] {
  const profiles = Object.values(graph.profiles);
  const holders = [graph, ...profiles].flatMap((from) => [...Object.values(from.providers), ...Object.values(from.mcp)]);
  const named = [...holders, ...Object.values(graph.tools)].flatMap(({ options }) => variablesIn(options ?? {}));
  const values = named.flatMap(({ option, variable }) => {
    const value = environment(variable.name);
    if (value === undefined) return [];
    return option === "base_url" || option === "url" ? loginIn(value) : value;
  });
  return [...new Set(values)];
}

/** The name and the password in an address, as they are written and as they are meant. */
function loginIn(address: string): string[] {
  const { username = "", password = "" } = URL.parse(address) ?? {};
  return [username, password].flatMap((part) => (part === "" ? [] : [part, decodedIfPossible(part)]));
}

function decodedIfPossible(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
