import type { RunEvent } from "../../src/agent/events.ts";
import { type ModelRequest, type Provider, ProviderError } from "../../src/agent/provider.ts";
import { promptBytes } from "../../src/agent/tokens.ts";
import { compile } from "../../src/compiler/compile.ts";
import type { Graph } from "../../src/graph/graph.ts";
import { kinds } from "../../src/host/kinds.ts";
import { memoryFile } from "../../src/journal/file.ts";
import { simulatorKind } from "../../src/providers/simulator/kind.ts";
import { check } from "../../src/validation/check.ts";
import type { ManualClock } from "../support/clock.ts";
import { begun, goneOnFrom } from "./kept.ts";
import { hold, type Part, shareOf } from "./part.ts";
import { random } from "./random.ts";
import { costOf, type Spending, spending } from "./spending.ts";
import { type Came, hash, runInMemory } from "./story/in-memory.ts";

/** Random trees of agents with budgets, whose models take as much as they may. */
export const budgets: Part = {
  name: "budgets",
  title: "no budget is ever passed, whatever requests come to, also when a run is cut off and gone on with",
  async run(soaking) {
    const trees = shareOf(10_000, soaking);
    let requests = 0;
    let refused = 0;
    for (let tree = 0; tree < trees; tree++) {
      const seed = soaking.seed + tree;
      const of = spending(seed);
      const graph = graphOf(of);
      const about = (): string => `Tree with seed ${seed}, at most $${of.maxCostUsd} in all:\n${of.text}`;
      const file = memoryFile();
      const one = await spent(graph, of, seed, file);
      within(of, one.events, one.paid, about);
      requests += one.paid.length;
      if (one.events.some((event) => event.type === "agent.failed" && event.error.class === "budget")) refused++;
      await cutAndGoneOn(graph, of, seed, one, file.text(), about);
    }
    return `${trees} trees with ${requests} requests; in ${refused} a budget was used up; each was cut off and gone on with`;
  },
};

/** What a request really cost. */
interface Paid {
  readonly path: string;
  /** The vendor's id, and the attempt: a fallback begins with the first again. */
  readonly model: string;
  readonly attempt: number;
  readonly usd: number;
}
interface Spent extends Came {
  readonly paid: readonly Paid[];
}

function graphOf({ text }: Spending): Graph {
  const checked = check("main.tantra", { kinds, readFile: () => ({ ok: true, text }) });
  const wrong = checked.diagnostics.find(({ severity }) => severity === "error");
  if (wrong !== undefined) throw new Error(`${wrong.code} ${wrong.message}\n${text}`);
  return compile(checked, hash);
}

async function spent(
  graph: Graph,
  of: Spending,
  seed: number,
  file: ReturnType<typeof memoryFile> | undefined,
  journal = file === undefined ? undefined : begun(file),
): Promise<Spent> {
  const paid: Paid[] = [];
  const came = await runInMemory(graph, "main", {
    provider: (clock) => taking(of, seed, clock, paid),
    ...(journal === undefined ? {} : { journal }),
    ...(of.maxCostUsd === undefined ? {} : { more: { maxCostUsd: of.maxCostUsd } }),
  });
  return { ...came, paid };
}

/** A model that calls tools at random, takes what it may at random, and fails at times when it has taken it. */
function taking({ prices }: Spending, seed: number, clock: ManualClock, paid: Paid[]): Provider {
  return {
    kind: simulatorKind,
    async *complete(request: ModelRequest, signal) {
      const { path, attempt } = request.origin;
      const { below, chance, of, real } = random(parseInt(hash(`${path} ${attempt} ${seed}`).slice(0, 8), 16));
      await clock.sleep(1 + below(1000), signal);
      const most = promptBytes(request);
      const input = chance(0.4) ? most : below(most + 1);
      const cacheWrite = chance(0.3) ? input : 0;
      const cachedInput = chance(0.3) ? below(input - cacheWrite + 1) : 0;
      const tokens = request.parameters.max_tokens ?? 0;
      const output = chance(0.4) ? tokens : Math.floor(real() * (tokens + 1));
      const usage = { input, cachedInput, cacheWrite, output, reasoning: 0 };
      const price = prices.get(request.model);
      if (price === undefined) throw new Error(`There is no price for ${request.model}.`);
      paid.push({ path, model: request.model, attempt, usd: costOf(price, usage) });
      if (chance(0.1)) throw new ProviderError(of(["server_error", "connection", "auth"]), "no", { usage });
      const turns = request.messages.filter(({ role }) => role === "assistant").length;
      const calls = turns < 2 ? request.tools.filter(() => chance(0.5)) : [];
      yield { type: "text", text: "done" };
      for (const [index, { name }] of calls.entries()) yield { type: "tool_call", index, id: `call_${index}`, name, arguments: "{}" };
      yield { type: "finish", reason: calls.length > 0 ? "tool_calls" : "stop", usage };
    },
  };
}

/** Sums in floating point. */
const speck = 1e-6;

/** Nothing that has a budget has spent more: by its own books, and by what was really paid below it. */
function within(of: Spending, events: readonly RunEvent[], paid: readonly Paid[], about: () => string): void {
  for (const event of events) {
    if (event.type !== "budget.spent") continue;
    for (const { name, spentUsd, maxUsd } of event.budgets)
      hold(spentUsd <= maxUsd + speck, () => `The pot "${name}" is at ${spentUsd} of ${maxUsd}. ${about()}`);
  }
  const sum = (list: readonly Paid[]): number => list.reduce((total, { usd }) => total + usd, 0);
  const below = (path: string): readonly Paid[] => paid.filter((each) => each.path.startsWith(`${path}/`));
  const shared = new Map<string, Set<Paid>>();
  for (const { path, name } of scopesIn(events)) {
    // A branch of a block goes by its name, and the call in it by the callee's.
    const limit =
      path
        .split("/")
        .slice(-2)
        .map((segment) => (segment.startsWith("v") ? of.budgets.get(segment) : undefined))
        .find((each) => each !== undefined) ?? of.budgets.get(name);
    if (typeof limit === "number") hold(sum(below(path)) <= limit + speck, () => `${sum(below(path))} of ${limit} were paid below ${path}. ${about()}`);
    else if (limit !== undefined) shared.set(limit, new Set([...(shared.get(limit) ?? []), ...below(path)]));
  }
  for (const [pot, all] of shared) hold(sum([...all]) <= (of.pots.get(pot) ?? 0) + speck, () => `${sum([...all])} were paid from "${pot}". ${about()}`);
  if (of.maxCostUsd !== undefined) hold(sum(paid) <= of.maxCostUsd + speck, () => `${sum(paid)} were paid in all. ${about()}`);
}

/** Where something that may have a budget ran, and its name. */
function scopesIn(events: readonly RunEvent[]): readonly { readonly path: string; readonly name: string }[] {
  return events.flatMap((event) => {
    if (event.type === "agent.started") return [{ path: event.path, name: event.agent }];
    if (event.type === "run.started") return [{ path: "main", name: "main" }];
    return event.type === "step.started" && event.kind === "workflow_call" ? [{ path: event.path, name: event.name ?? "" }] : [];
  });
}

async function cutAndGoneOn(graph: Graph, of: Spending, seed: number, one: Spent, text: string, about: () => string): Promise<void> {
  const lines = text.split("\n");
  const cut = 1 + random(seed).below(lines.length - 1);
  const { kept, journal } = goneOnFrom(`${lines.slice(0, cut).join("\n")}\n`);
  const again = await spent(graph, of, seed, undefined, journal);
  const told = (): string => `Cut behind line ${cut}. ${about()}`;
  const { cost } = again.result instanceof Error ? again.result.totals : again.result;
  if (of.maxCostUsd !== undefined) hold(cost.usd <= of.maxCostUsd + speck, () => `The two processes say that they spent ${cost.usd}. ${told()}`);
  const sent = new Set(kept.events.flatMap(({ event }) => (event.type === "model.requested" ? [`${event.path} ${event.modelId} ${event.attempt}`] : [])));
  const before = one.paid.filter(({ path, model, attempt }) => sent.has(`${path} ${model} ${attempt}`));
  within(of, again.events, [...before, ...again.paid], told);
}
