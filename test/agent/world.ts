import { createHash } from "node:crypto";
import type { Clock } from "../../src/agent/clock.ts";
import type { EventOf, EventType, RunEvent } from "../../src/agent/events.ts";
import { runAgent } from "../../src/agent/loop.ts";
import type { PriceTable } from "../../src/agent/price.ts";
import type { Message, Provider } from "../../src/agent/provider.ts";
import { createRuntime, type Runtime, type RuntimeOptions } from "../../src/agent/runtime.ts";
import type { AgentCall, AgentResult, AgentSpec, Model, OutputSpec, Tool } from "../../src/agent/spec.ts";
import type { Json, JsonObject, JsonSchema } from "../../src/diagnostics/json.ts";
import { type SimulatorOptions, simulator } from "../../src/providers/simulator/index.ts";

/** A run around the agents of a test: all events of it, and a way to wait for one. */
export interface World {
  readonly runtime: Runtime;
  readonly events: readonly RunEvent[];
  of<T extends EventType>(type: T): EventOf<T>[];
  /** The types of all events in order, runs of one type told once. */
  story(...leaveOut: EventType[]): string;
  /** Resolves as soon as there have been `count` events of this type. */
  until(type: EventType, count?: number): Promise<void>;
  run(spec: AgentSpec, call?: Partial<AgentCall>): Promise<AgentResult>;
}

export const noPrices: PriceTable = { source: "none", cost: () => undefined };

export function world(clock: Clock, options: Partial<RuntimeOptions> = {}): World {
  const events: RunEvent[] = [];
  const waiting: { readonly type: EventType; readonly count: number; readonly resolve: () => void }[] = [];
  const of = <T extends EventType>(type: T): EventOf<T>[] => events.filter((event): event is EventOf<T> => event.type === type);
  let ids = 0;
  const runtime = createRuntime({
    runId: "run-1",
    clock,
    hash: (text) => createHash("sha256").update(text).digest("hex"),
    newId: () => `id-${++ids}`,
    prices: noPrices,
    ...options,
    sinks: [
      (event) => {
        events.push(event);
        for (const each of [...waiting]) {
          if (each.type === event.type && of(each.type).length >= each.count) {
            waiting.splice(waiting.indexOf(each), 1);
            each.resolve();
          }
        }
      },
      ...(options.sinks ?? []),
    ],
  });
  return {
    runtime,
    events,
    of,
    story: (...leaveOut) =>
      events
        .map(({ type }) => type)
        .filter((type, index, all) => !leaveOut.includes(type) && type !== all[index - 1])
        .join(" "),
    until: (type, count = 1) => (of(type).length >= count ? Promise.resolve() : new Promise((resolve) => waiting.push({ type, count, resolve }))),
    run: (spec, call = {}) =>
      runAgent(spec, { path: spec.name, messages: [{ role: "user", content: "Go" }], signal: new AbortController().signal, pots: [], ...call }, runtime),
  };
}

/** A simulated model that answers from these entries, by the agent's name. */
export function scripted(
  replies: { readonly [agent: string]: readonly JsonObject[] },
  clock: Clock,
  more: Partial<Model> = {},
  options: SimulatorOptions = {},
): Model {
  return modelOf(simulator({ replies: "replies.json", ...options }, { clock, replies }), more);
}

export function modelOf(provider: Provider, more: Partial<Model> = {}): Model {
  return {
    key: "main.tantra#fast",
    provider: "main.tantra#llm",
    kind: "simulator",
    id: "sim-1",
    parameters: {},
    refusedKeywords: [],
    simulated: true,
    open: () => provider,
    ...more,
  };
}

export function agent(model: Model | AgentSpec["model"], more: Partial<AgentSpec> = {}): AgentSpec {
  return {
    name: "writer",
    model: "of" in model ? model : { of: "model", model },
    tools: [],
    maxTurns: 10,
    maxToolCalls: 50,
    toolChoice: "auto",
    ...more,
  };
}

export function tool(name: string, execute: Tool["execute"], more: Partial<Tool> = {}): Tool {
  return { name, description: `About ${name}.`, parameters: { type: "object", properties: {}, additionalProperties: true }, execute, ...more };
}

/** A record of one whole number: `{ "age": 7 }`. */
const ageSchema: JsonSchema = { type: "object", properties: { age: { type: "integer", maximum: 150 } }, required: ["age"], additionalProperties: false };

export function ageOutput(more: Partial<OutputSpec> = {}): OutputSpec {
  return { mode: "native", schema: ageSchema, accepts: ageSchema, wrapped: false, strict: true, complete: (value) => value, ...more };
}

export const user = (content: string): Message => ({ role: "user", content });
export const asObject = (value: Json): JsonObject => value as JsonObject;
