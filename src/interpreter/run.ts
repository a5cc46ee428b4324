import { earlierSpending } from "../agent/earlier.ts";
import { errorInfo } from "../agent/failure.ts";
import type { Pot } from "../agent/ledger.ts";
import { questionsOf } from "../agent/question.ts";
import { createRedactor } from "../agent/redact.ts";
import { RunFailure } from "../agent/run-failure.ts";
import { createRuntime, type Runtime } from "../agent/runtime.ts";
import { createScope } from "../agent/scope.ts";
import type { RunError } from "../diagnostics/errors.ts";
import type { Json, JsonObject } from "../diagnostics/json.ts";
import type { Graph } from "../graph/graph.ts";
import { callAgent } from "./agents.ts";
import { createAttach } from "./attach.ts";
import type { Frame, Run } from "./frame.ts";
import { createModels } from "./models.ts";
import type { RunOptions, RunResult } from "./options.ts";
import { createPots } from "./pots.ts";
import { prepare } from "./program.ts";
import { createServers } from "./servers.ts";
import { createSessions } from "./sessions.ts";
import { fittedInput, type Start, startOf, withProfile } from "./start.ts";
import { asRunError } from "./step.ts";
import { createTools } from "./tools.ts";
import { Variables } from "./variables.ts";
import { callWorkflow } from "./workflows.ts";

/**
 * Runs a workflow or an agent of a graph. Everything comes from the options: with a fixed clock and the simulator a run is
 * a pure function of graph, input and replies.
 *
 * Throws a `RunError` (T621) before anything has started when there is no such main or profile, or the input does not fit.
 * Afterwards it throws a `RunFailure`, a RunError with what was spent; `run.failed` has been sent by then, as the last event.
 */
export async function run(graph: Graph, options: RunOptions): Promise<RunResult> {
  const chosen = withProfile(graph, options.profile);
  const start = startOf(chosen, options.main);
  const input = fittedInput(start, options.input, chosen);
  const world = await createRun(chosen, options, start.node.name);
  const { runtime } = world;
  const { runId, clock, emit, ledger, seed } = runtime;
  const path = start.node.name;
  const startedAt = clock.now();
  const { profile } = options;
  emit(path, {
    type: "run.started",
    main: start.key,
    input,
    seed,
    place: start.node.place,
    ...(profile === undefined ? {} : { profile }),
    ...goneOnWith(world),
  });
  const totals = () => ({ usage: ledger.usage, cost: ledger.cost, durationMs: clock.now() - startedAt });
  let failed: RunError | undefined;
  let value: Json = null;
  try {
    value = await runStart(start, input, world);
    await runtime.journal?.flush();
  } catch (thrown) {
    failed = asRunError(thrown).at(path, start.node.place);
  }
  await closeRun(world);
  if (failed === undefined) tellUnread(world, path);
  if (failed !== undefined) {
    emit(path, { type: "run.failed", error: errorInfo(failed), ...questionsOf(failed), ...totals() });
    throw new RunFailure(failed, { runId, ...totals() }, createRedactor(options.secrets ?? []));
  }
  emit(path, { type: "run.finished", value, ...totals() });
  return { value, runId, ...totals() };
}

/** What earlier processes of the run have spent is in its totals from the start. */
function goneOnWith({ runtime: { journal, ledger } }: Run): { readonly resumed?: true } {
  if (journal === undefined || journal.seq === 0) return {};
  for (const request of journal.spent) ledger.record(request);
  return { resumed: true };
}

/** What a changed program has no use for any more. */
function tellUnread({ runtime: { journal, emit } }: Run, path: string): void {
  const unread = journal?.unread() ?? [];
  if (unread.length === 0) return;
  const shown = unread.slice(0, 10).join(", ");
  const more = unread.length > 10 ? ` and ${unread.length - 10} more` : "";
  const steps = unread.length === 1 ? "One step that had ended was" : `${unread.length} steps that had ended were`;
  emit(path, { type: "warning", message: `${steps} not come by any more: ${shown}${more}.` });
}

/** The world of one run, at its `path`; `closeRun` when it is over. */
export async function createRun(graph: Graph, options: RunOptions, path: string): Promise<Run> {
  const program = await prepare(graph, options.visit);
  const runtime = runtimeOf(graph, options);
  return {
    graph,
    program,
    options,
    runtime,
    models: createModels(graph, options),
    tools: createTools(graph, program, options, runtime.journal),
    servers: createServers({ graph, open: options.openToolServer, emit: runtime.emit, path }),
    pots: createPots(graph, runtime.ledger),
    sessions: createSessions(options, runtime.runId),
    attach: createAttach(options),
  };
}

/** Leaves no timer, connection, process or lock of a run behind. */
export async function closeRun({ runtime, models, servers, sessions }: Run): Promise<void> {
  runtime.close();
  await Promise.all([models.close(), servers.close()]);
  await sessions.close();
}

function runtimeOf(graph: Graph, options: RunOptions): Runtime {
  const { clock, hash, newId, prices, seed, hooks, answers, secrets, onEvent, journal } = options;
  return createRuntime({
    runId: options.runId ?? newId(),
    clock,
    hash,
    newId,
    prices,
    sinks: onEvent === undefined ? [] : [onEvent],
    gateOptions: (key) => graph.providers[key],
    ...(seed === undefined ? {} : { seed }),
    ...(hooks === undefined ? {} : { hooks }),
    ...(answers === undefined ? {} : { answers }),
    ...(secrets === undefined ? {} : { secrets }),
    ...(journal === undefined ? {} : { journal }),
  });
}

/** The pot over a whole run. */
export function rootPots({ maxCostUsd }: RunOptions): readonly Pot[] {
  return maxCostUsd === undefined ? [] : [{ name: "run", maxUsd: maxCostUsd, onExceed: "stop", whole: true }];
}

/** The whole run is a scope: its own time, its own pot, the caller's signal. */
async function runStart({ of, key, node }: Start, input: JsonObject, run: Run): Promise<Json> {
  const { timeoutMs, signal } = run.options;
  const { deadlines, people } = run.runtime;
  const path = node.name;
  const pots = rootPots(run.options);
  const { journal, ledger } = run.runtime;
  if (journal !== undefined && (journal.spent.length > 0 || journal.unheard.length > 0)) {
    const choiceOf = (key: string) => (run.graph.models[key] === undefined ? undefined : run.models.choice(key));
    const earlier = await earlierSpending(journal, choiceOf, run.runtime);
    ledger.spend(pots, earlier.total);
    run.pots.takeOver(earlier);
  }
  const scope = createScope(signal ?? new AbortController().signal, {
    deadlines,
    what: "The run",
    path,
    place: node.place,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
  people.strands.begin();
  try {
    const frame: Frame = { run, path, variables: new Variables(), signal: scope.signal, pots };
    return of === "workflow" ? await callWorkflow(key, input, {}, frame) : (await callAgent(key, input, {}, frame, run)).value;
  } finally {
    people.strands.end();
    scope.dispose();
  }
}
