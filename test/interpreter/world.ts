import { createHash } from "node:crypto";
// Loaded here, because the clock of these runs must not go on while a module is being read.
import "ajv/dist/2020.js";
import type { EventOf, EventType, RunEvent } from "../../src/agent/events.ts";
import { RunError } from "../../src/diagnostics/errors.ts";
import type { Json, JsonObject } from "../../src/diagnostics/json.ts";
import type { Graph } from "../../src/graph/graph.ts";
import type { RunOptions, RunResult, ToolFunction } from "../../src/interpreter/options.ts";
import { run } from "../../src/interpreter/run.ts";
import { simulator } from "../../src/providers/simulator/index.ts";
import { type ManualClock, manualClock, settled } from "../support/clock.ts";

export interface RunSettings extends Partial<Omit<RunOptions, "input" | "loadTool">> {
  readonly input?: JsonObject;
  /** By the agent's name, as in a replies file. Absent: made up. */
  readonly replies?: JsonObject;
  readonly tools?: Readonly<Record<string, ToolFunction>>;
  /** Told of each event as it happens. */
  readonly sink?: (event: RunEvent) => void;
}

/** A run in which time passes only when nothing else is left to do. */
export interface Running {
  readonly clock: ManualClock;
  readonly events: readonly RunEvent[];
  readonly result: Promise<RunResult>;
  of<T extends EventType>(type: T): EventOf<T>[];
  /** Resolves at the first event that `is` this one. */
  until(is: (event: RunEvent) => boolean): Promise<void>;
}

/** All that a run takes, from these and a clock. */
export function optionsOf({ input = {}, replies, tools = {}, sink: _, ...more }: RunSettings, clock: ManualClock): RunOptions {
  let ids = 0;
  return {
    input,
    clock,
    hash: (text) => createHash("sha256").update(text).digest("hex"),
    newId: () => `id-${++ids}`,
    prices: { source: "none", cost: () => undefined },
    openProvider: () => ({
      provider: simulator({ replies: "t.replies.json" }, { clock, ...(replies === undefined ? {} : { replies }) }),
      kind: "simulator",
      refusedKeywords: [],
      simulated: true,
    }),
    loadTool: (_key, node) => tools[node.name] ?? (() => null),
    ...more,
  };
}

export function begin(graph: Graph, settings: RunSettings = {}): Running {
  const clock = manualClock();
  const events: RunEvent[] = [];
  const waiting = new Set<{ readonly is: (event: RunEvent) => boolean; readonly resolve: () => void }>();
  const result = run(graph, {
    ...optionsOf(settings, clock),
    onEvent: (event) => {
      events.push(event);
      settings.sink?.(event);
      for (const each of waiting) {
        if (!each.is(event)) continue;
        waiting.delete(each);
        each.resolve();
      }
    },
  });
  result.catch(() => undefined);
  return {
    clock,
    events,
    result,
    of: <T extends EventType>(type: T) => events.filter((event): event is EventOf<T> => event.type === type),
    until: (is) => (events.some(is) ? Promise.resolve() : new Promise((resolve) => waiting.add({ is, resolve }))),
  };
}

export interface Ended extends Running {
  readonly value: Json;
  readonly error: RunError | undefined;
}

/** Runs to the end, moving the clock on to the next sleeper whenever nothing else can happen. */
export async function finish(graph: Graph, settings: RunSettings = {}): Promise<Ended> {
  const running = begin(graph, settings);
  return ending(running);
}

export async function ending(running: Running): Promise<Ended> {
  const { clock, result } = running;
  let over = false;
  const outcome = result.then(
    ({ value }) => ({ value, error: undefined }),
    (error: unknown) => ({ value: null, error }),
  );
  outcome.then(() => {
    over = true;
  });
  while (!over) {
    await settled();
    if (!over && clock.nextMs !== undefined) await clock.advance(clock.nextMs);
  }
  const { value, error } = await outcome;
  if (error !== undefined && !(error instanceof RunError)) throw error;
  return { ...running, value, error };
}
