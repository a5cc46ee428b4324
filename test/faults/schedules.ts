import fc from "fast-check";
import type { RunEvent } from "../../src/agent/events.ts";
import { type Provider, ProviderError } from "../../src/agent/provider.ts";
import { RunFailure } from "../../src/agent/run-failure.ts";
import { compile } from "../../src/compiler/compile.ts";
import type { Graph } from "../../src/graph/graph.ts";
import { kinds } from "../../src/host/kinds.ts";
import { memoryFile } from "../../src/journal/file.ts";
import { simulatorKind } from "../../src/providers/simulator/kind.ts";
import { check } from "../../src/validation/check.ts";
import type { ManualClock } from "../support/clock.ts";
import { branching } from "./branching.ts";
import { begun, goneOnFrom } from "./kept.ts";
import { hold, type Part, same, shareOf } from "./part.ts";
import { numberOf } from "./random.ts";
import { type Came, hash, runInMemory } from "./story/in-memory.ts";

/** Random programs of nested branches, whose models answer in another order each time. */
export const schedules: Part = {
  name: "schedules",
  title: "a program comes to the same, in the same order, whichever branch is faster, also when it is cut off and gone on with",
  async run(soaking) {
    const cases = shareOf(1000, soaking);
    const row = fc.array(fc.nat({ max: 1000 }), { minLength: 5, maxLength: 120, size: "max" });
    let runs = 0;
    let requests = 0;
    const property = fc.asyncProperty(row, fc.array(fc.nat({ max: 1_000_000 }), { minLength: 7, maxLength: 7 }), async (choices, seeds) => {
      const text = branching(choices);
      const graph = graphOf(text);
      const about = (): string => `Schedules ${JSON.stringify(seeds)} of\n${text}`;
      const [first = 0, ...others] = seeds.slice(0, 5);
      const file = memoryFile();
      const one = await scheduled(graph, first, file);
      requests += one.events.filter(({ type }) => type === "model.requested").length;
      for (const seed of others) sameRun(one, await scheduled(graph, seed), about);
      await cutAndGoneOn(graph, one, file.text(), seeds, about);
      runs += 6;
    });
    const result = await fc.check(property, { numRuns: cases, seed: soaking.seed });
    if (result.failed)
      throw new Error(
        `Seed ${soaking.seed}, path ${result.counterexamplePath}: ${result.errorInstance instanceof Error ? result.errorInstance.message : result.errorInstance}`,
      );
    return `${cases} programs of ${Math.round(requests / cases)} requests on the average, run ${runs} times`;
  },
};

function graphOf(text: string): Graph {
  const readFile = (path: string) => ({ ok: true, text: path === "main.tantra" ? text : "" }) as const;
  const checked = check("main.tantra", { kinds, hostTools: true, readFile });
  const wrong = checked.diagnostics.find(({ severity }) => severity === "error");
  if (wrong !== undefined) throw new Error(`${wrong.code} ${wrong.message}\n${text}`);
  return compile(checked, hash);
}

function scheduled(graph: Graph, seed: number, file?: ReturnType<typeof memoryFile>): Promise<Came> {
  return runInMemory(graph, "main_one", { ...inTime(seed), ...(file === undefined ? {} : { journal: begun(file) }) });
}

async function cutAndGoneOn(graph: Graph, whole: Came, text: string, seeds: readonly number[], about: () => string): Promise<void> {
  const lines = text.split("\n");
  const cut = 1 + ((seeds[5] ?? 0) % (lines.length - 1));
  const { kept, journal } = goneOnFrom(`${lines.slice(0, cut).join("\n")}\n`);
  const again = await runInMemory(graph, "main_one", { ...inTime(seeds[6] ?? 0), journal });
  const told = (): string => `Cut behind line ${cut}. ${about()}`;
  same("The value", cameTo(again), cameTo(whole), told);
  const had = new Set(kept.events.flatMap(({ event: { type, path } }) => (type === "model.replied" || type === "tool.returned" ? [path] : [])));
  for (const event of again.events) {
    const did = (event.type === "model.requested" || event.type === "tool.called") && !event.replayed;
    hold(!did || !had.has(event.path), () => `${event.path} was done again. ${told()}`);
  }
}

/** Who answers when, decided by a seed. What is said depends on what is asked alone. */
function inTime(seed: number): Parameters<typeof runInMemory>[2] {
  const latency = (path: string): number => 1 + (numberOf(`${path} ${seed}`) % 1000);
  let ticking: ManualClock | undefined;
  const provider = (clock: ManualClock): Provider => {
    ticking = clock;
    return {
      kind: simulatorKind,
      async *complete({ messages, origin }, signal) {
        const { agent, path } = origin;
        const said = messages.findLast(({ role }) => role === "user")?.content ?? "";
        await clock.sleep(agent === "hang" ? 86_400_000 : latency(path), signal);
        if (agent === "boom") throw new ProviderError("auth", "no", { status: 401 });
        const results = messages.flatMap(({ role, content }) => (role === "tool" ? [content] : []));
        const number = numberOf(`${agent} ${said} ${results.join(" ")}`);
        const usage = { input: 10, cachedInput: 0, cacheWrite: 0, output: 5, reasoning: 0 };
        if (agent === "asking" && results.length === 0) {
          yield { type: "tool_call", index: 0, id: "call_0", name: "shout", arguments: JSON.stringify({ text: said }) };
          yield { type: "tool_call", index: 1, id: "call_1", name: "helper", arguments: JSON.stringify({ about: said }) };
          yield { type: "finish", reason: "tool_calls", usage };
          return;
        }
        const text =
          agent === "kind"
            ? JSON.stringify({ value: number % 2 === 0 ? "a" : "b" })
            : agent === "fussy"
              ? JSON.stringify({ n: messages.length > 2 ? number % 100 : "many" })
              : `${agent}${number % 1000}`;
        yield { type: "text", text };
        yield { type: "finish", reason: "stop", usage };
      },
    };
  };
  const loadTool =
    () =>
    async (args: { readonly [key: string]: unknown }, { path, signal }: { readonly path: string; readonly signal: AbortSignal }) => {
      await ticking?.sleep(latency(path), signal);
      return String(args["text"]).toUpperCase();
    };
  return { provider, more: { loadTool } };
}

function cameTo({ result }: Came): unknown {
  return result instanceof RunFailure ? { failed: result.class } : result.value;
}

function sameRun(one: Came, other: Came, about: () => string): void {
  same("The value", cameTo(other), cameTo(one), about);
  const undecided = [...cutShort(one.events), ...cutShort(other.events)];
  const [a, b] = [byPath(one.events, undecided), byPath(other.events, undecided)];
  same("The paths", [...a.keys()].sort(), [...b.keys()].sort(), about);
  for (const [path, told] of a) same(`What happened at ${path}`, b.get(path), told, about);
}

/** When it was, how long it took, and what is only there with a journal. */
const ofTime = ["seq", "at", "durationMs", "waitedMs", "firstChunkMs", "asked"];
/** Of several that fail alike the first is told. */
function timeless(key: string, value: unknown): unknown {
  return ofTime.includes(key) ? undefined : key === "error" && typeof value === "object" ? (value as { readonly class: string }).class : value;
}
const together = ["parallel", "parallel_for", "race"];

/** Blocks in which a branch was stopped: how far it had come is a matter of time. */
function cutShort(events: readonly RunEvent[]): readonly string[] {
  const blocks = events.flatMap((event) => (event.type === "step.started" && together.includes(event.kind) ? [event.path] : []));
  const stopped = events.flatMap((event) => {
    if (event.type === "step.cancelled" || (event.type === "step.failed" && together.includes(event.kind))) return [event.path];
    return event.type === "model.failed" && event.outcome === "aborted" ? [event.path] : [];
  });
  return blocks.filter((block) => stopped.some((path) => isIn(block, path)));
}

/** A branch of a list goes by the block's path and its index. */
function isIn(block: string, path: string): boolean {
  return path === block || path.startsWith(`${block}/`) || path.startsWith(`${block}[`);
}

/** What every path came to, in order, without times and numbers. */
function byPath(events: readonly RunEvent[], without: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const told = new Map<string, string[]>();
  for (const event of events) {
    const { path, type } = event;
    if (type === "model.delta" || type === "budget.spent" || type === "run.finished" || type === "run.failed") continue;
    if (without.some((block) => isIn(block, path))) continue;
    told.set(path, [...(told.get(path) ?? []), JSON.stringify(event, timeless)]);
  }
  return told;
}
