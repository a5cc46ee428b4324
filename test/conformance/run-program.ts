import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import "ajv/dist/2020.js";
import "jsonrepair";
import "re2js";
import { expect } from "vitest";
import type { RunEvent } from "../../src/agent/events.ts";
import { RunFailure } from "../../src/agent/run-failure.ts";
import { compile } from "../../src/compiler/compile.ts";
import type { Json, JsonObject } from "../../src/diagnostics/json.ts";
import type { Graph, McpNode, ProviderNode } from "../../src/graph/graph.ts";
import { kinds } from "../../src/host/kinds.ts";
import type { OpenedProvider, RunOptions, RunResult, ServerTool, ToolFunction, ToolServer } from "../../src/interpreter/options.ts";
import { run } from "../../src/interpreter/run.ts";
import { simulator } from "../../src/providers/simulator/index.ts";
import { check } from "../../src/validation/check.ts";
import type { ReadResult } from "../../src/validation/checked.ts";
import { type ManualClock, manualClock, settled } from "../support/clock.ts";

/*
 * Each program is run with its replies, on a clock that stands still while anything can happen and then goes on to the next
 * sleeper. What is loaded on first use is loaded above: the clock must not go on while a module is being read.
 */
export const folder = join(import.meta.dirname, "run");
export const programs = globSync("*.tantra", { cwd: folder }).sort();

function readFile(path: string): ReadResult {
  const file = join(folder, path);
  if (!existsSync(file)) return { ok: false, why: "missing" };
  if (statSync(file).isDirectory()) return { ok: false, why: "folder" };
  return { ok: true, text: readFileSync(file, "utf8") };
}

export function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

export function compiled(program: string): Graph {
  const checked = check(program, { kinds, readFile });
  const errors = checked.diagnostics.filter((diagnostic) => diagnostic.severity === "error");
  expect(errors.map(({ code, message, span }) => `${span.file}:${span.start} ${code} ${message}`)).toEqual([]);
  return compile(checked, hash);
}

async function functionsOf(graph: Graph): Promise<ReadonlyMap<string, ToolFunction>> {
  const functions = new Map<string, ToolFunction>();
  for (const [key, { name, module }] of Object.entries(graph.tools)) {
    const exported: Readonly<Record<string, unknown>> = await import(pathToFileURL(join(folder, module)).href);
    functions.set(key, exported[name] as ToolFunction);
  }
  return functions;
}

function opened({ options }: ProviderNode, clock: ManualClock): OpenedProvider {
  const file = options["replies"];
  const replies = typeof file === "string" ? { replies: JSON.parse(readFileSync(join(folder, file), "utf8")) as Json } : {};
  const named = typeof file === "string" ? { replies: file } : {};
  return { provider: simulator(named, { clock, ...replies }), kind: "simulator", refusedKeywords: [], simulated: true };
}

interface ScriptedServer {
  readonly tools: readonly ServerTool[];
  /** By tool, dealt in order; `never`: it does not answer until it is told to stop. */
  readonly answers: Readonly<Record<string, readonly ({ readonly value: Json } | { readonly error: string } | { readonly never: true })[]>>;
}

/** The servers of a program, from `NAME.servers.json`. */
export function servers(graph: Graph, served: Readonly<Record<string, number>> = {}): (node: McpNode) => ToolServer {
  const file = join(folder, graph.sources[0]?.path.replace(/\.tantra$/, ".servers.json") ?? "");
  const scripted = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Record<string, ScriptedServer>) : {};
  return ({ name }) => {
    const { tools = [], answers = {} } = scripted[name] ?? {};
    const dealt = new Map<string, number>(Object.entries(served));
    return {
      tools: async () => tools,
      async call(tool, _args, { signal }) {
        const index = dealt.get(tool) ?? 0;
        dealt.set(tool, index + 1);
        const answer = answers[tool]?.[index];
        if (answer === undefined) throw new Error(`Nothing is scripted for call ${index + 1} of ${tool}.`);
        if ("error" in answer) throw new Error(answer.error);
        if ("never" in answer) await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true }));
        return { value: "value" in answer ? answer.value : null, attachments: [] };
      },
      close: async () => undefined,
    };
  };
}

/** What people answer, by the question's path, from `NAME.answers.json`. */
function answersOf(graph: Graph): { readonly answers?: JsonObject } {
  const file = join(folder, graph.sources[0]?.path.replace(/\.tantra$/, ".answers.json") ?? "");
  return existsSync(file) ? { answers: JSON.parse(readFileSync(file, "utf8")) as JsonObject } : {};
}

export interface Outcome {
  readonly events: readonly RunEvent[];
  readonly result: RunResult | RunFailure;
}

/** `served`: how often each tool of a server has answered before. */
export async function runOf(graph: Graph, more: Partial<RunOptions> = {}, served: Readonly<Record<string, number>> = {}): Promise<Outcome> {
  const functions = await functionsOf(graph);
  const openServer = servers(graph, served);
  const clock = manualClock(Date.UTC(2026, 0, 1));
  const events: RunEvent[] = [];
  let ids = 0;
  let over = false;
  const result = run(graph, {
    input: {},
    runId: "run",
    seed: "seed",
    clock,
    hash,
    newId: () => `id-${++ids}`,
    prices: { source: "none", cost: () => undefined },
    openProvider: (_key, node) => opened(node, clock),
    openToolServer: async (_key, node) => openServer(node),
    loadTool: (key) => functions.get(key) ?? (() => null),
    onEvent: (event) => events.push(event),
    ...answersOf(graph),
    ...more,
  })
    .catch((error: unknown) => {
      if (error instanceof RunFailure) return error;
      throw error;
    })
    .finally(() => {
      over = true;
    });
  while (!over) {
    await settled();
    if (!over && clock.nextMs !== undefined) await clock.advance(clock.nextMs);
  }
  expect(clock.sleepers).toBe(0);
  return { events, result: await result };
}
