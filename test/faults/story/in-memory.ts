import { createHash } from "node:crypto";
// Loaded here, because the clock of these runs must not go on while a module is being read.
import "ajv/dist/2020.js";
import "jsonrepair";
import "re2js";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { RunEvent } from "../../../src/agent/events.ts";
import type { Journal } from "../../../src/agent/journal.ts";
import { type Provider, ProviderError } from "../../../src/agent/provider.ts";
import { RunFailure } from "../../../src/agent/run-failure.ts";
import type { Graph } from "../../../src/graph/graph.ts";
import { loadProgram } from "../../../src/host/load-program.ts";
import type { RunOptions, RunResult, SessionStore, Store, ToolFunction } from "../../../src/interpreter/options.ts";
import { run } from "../../../src/interpreter/run.ts";
import { simulatorKind } from "../../../src/providers/simulator/kind.ts";
import { type ManualClock, manualClock, settled } from "../../support/clock.ts";
import { numberOf } from "../random.ts";
import { answerTo, keyOf } from "./answers.ts";

export const hash = (text: string): string => createHash("sha256").update(text).digest("hex");

const file = fileURLToPath(new URL("./story.tantra", import.meta.url));

export async function storyGraph(): Promise<Graph> {
  const { graph, diagnostics } = await loadProgram(file, { root: dirname(file) });
  if (graph === undefined) throw new Error(diagnostics.map(({ message }) => message).join(" "));
  return graph;
}

/** What a run takes that answers from memory: no network, no process, and a clock that goes on to the next sleeper by itself. */
export interface World {
  readonly runId?: string;
  readonly journal?: Journal;
  /** Sessions outlive a run. */
  readonly sessions?: SessionStore;
  readonly provider?: (clock: ManualClock) => Provider;
  readonly more?: Partial<RunOptions>;
}
export interface Came {
  readonly result: RunResult | RunFailure;
  readonly events: readonly RunEvent[];
}

export async function runInMemory(graph: Graph, main: string, { provider = storyProvider, runId = "run", journal, sessions, more }: World = {}): Promise<Came> {
  const clock = manualClock(Date.UTC(2026, 0, 1));
  const events: RunEvent[] = [];
  let ids = 0;
  let over = false;
  const result = run(graph, {
    main,
    input: {},
    runId,
    seed: "seed",
    clock,
    hash,
    newId: () => `id-${++ids}`,
    prices: { source: "none", cost: () => undefined },
    openProvider: () => ({ provider: provider(clock), kind: "simulator", refusedKeywords: [], simulated: true }),
    loadTool: (_key, { name }) => tools[name] ?? (() => null),
    onEvent: (event) => events.push(event),
    ...(journal === undefined ? {} : { journal }),
    ...(sessions === undefined ? {} : { sessions }),
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
  if (clock.sleepers > 0) throw new Error(`${clock.sleepers} still sleep after the run.`);
  return { result: await result, events };
}

function storyProvider(clock: ManualClock): Provider {
  const asked = new Map<string, number>();
  return {
    kind: simulatorKind,
    async *complete(request, signal) {
      const key = keyOf(request);
      const before = asked.get(key) ?? 0;
      asked.set(key, before + 1);
      const answer = answerTo(request, before);
      await clock.sleep(answer.of === "never" ? 3_600_000 : 1 + (numberOf(key) % 8), signal);
      if (answer.of === "status") throw new ProviderError(answer.status === 401 ? "auth" : "server_error", "no", { status: answer.status });
      if (answer.of === "text") yield { type: "text", text: answer.text };
      if (answer.of === "calls") for (const [index, call] of answer.calls.entries()) yield { type: "tool_call", index, id: `call_${index}`, ...call };
      yield {
        type: "finish",
        reason: answer.of === "calls" ? "tool_calls" : "stop",
        usage: { input: 20, cachedInput: 4, cacheWrite: 0, output: 10, reasoning: 2 },
      };
    },
  };
}

const sumOf = (store: Store, key: string, amount: number) => store.update(key, (sum) => Number(sum ?? 0) + amount);
const tools: Readonly<Record<string, ToolFunction>> = {
  look_up: ({ word }) => `${String(word)} is what it is.`,
  keep: async ({ amount }, { store }) => {
    await sumOf(store, "sum", Number(amount));
    return amount;
  },
  kept: (_args, { store }) => store.get("sum"),
  next_number: (_args, { store }) => sumOf(store, "count", 1),
  wait: () => "waited",
};

/** Sessions in memory. */
export function memorySessions(): SessionStore {
  const kept = new Map<string, string>();
  return {
    async open(name) {
      return {
        file: join("sessions", name),
        text: kept.get(name),
        async write(text) {
          kept.set(name, text);
        },
        close: async () => undefined,
      };
    },
  };
}
