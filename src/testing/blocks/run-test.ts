import type { ErrorInfo, RunEvent } from "../../agent/events.ts";
import { errorInfo } from "../../agent/failure.ts";
import { createRedactor } from "../../agent/redact.ts";
import { RunFailure } from "../../agent/run-failure.ts";
import { createScope } from "../../agent/scope.ts";
import type { Cost } from "../../agent/usage.ts";
import { addCost, noCost } from "../../agent/usage.ts";
import { RunError } from "../../diagnostics/errors.ts";
import type { Json } from "../../diagnostics/json.ts";
import type { Graph, TestNode, TestStatement } from "../../graph/graph.ts";
import { executeStatements } from "../../interpreter/executors/block.ts";
import type { Frame } from "../../interpreter/frame.ts";
import type { RunOptions } from "../../interpreter/options.ts";
import { prepare } from "../../interpreter/program.ts";
import { closeRun, createRun, rootPots } from "../../interpreter/run.ts";
import { withProfile } from "../../interpreter/start.ts";
import { asRunError } from "../../interpreter/step.ts";
import { Variables } from "../../interpreter/variables.ts";
import { createCallLog } from "./call-log.ts";
import { createCoverage } from "./coverage.ts";
import { judge, type Shown } from "./expectation.ts";
import { createOrder } from "./order.ts";
import { createOutcomes, type Outcomes } from "./outcomes.ts";
import { type Playing, playing, type TestRecording } from "./replays.ts";
import { sessionsOfTest } from "./sessions.ts";
import { withStandIns } from "./stand-ins.ts";
import { createTranscript, type Exchange } from "./transcript.ts";

/** What a test came to. */
export interface TestResult {
  readonly name: string;
  readonly place: string;
  readonly durationMs: number;
  /** Why it failed; none: it passed. */
  readonly failures: readonly TestFailure[];
  /** What real providers charge for it; absent: none was reached. */
  readonly charged?: Cost;
  /** Keys of the agents, tools, models and workflows that ran and of the templates that were rendered; ids of the branches that were taken. */
  readonly reached: ReadonlySet<string>;
  /** What was said, whole. */
  readonly transcript: readonly Exchange[];
}
export interface TestFailure extends ErrorInfo {
  /** Of an `expect`: it as it is written, and the values that were compared. */
  readonly expected?: { readonly source: string; readonly values: readonly { readonly what: string; readonly value: string }[] };
}

/** One test as a run of its own: nothing of it is there for another. `options.input` is not looked at. */
export async function runTest(given: Graph, test: TestNode, options: RunOptions, recorded?: TestRecording): Promise<TestResult> {
  const graph = withProfile(given, options.profile);
  const index = given.tests.indexOf(test);
  const path = index <= 0 ? "test" : `test#${index + 1}`;
  const startedAt = options.clock.now();
  const order = createOrder();
  const log = createCallLog(graph, order);
  const coverage = createCoverage(given);
  const transcript = createTranscript(order);
  const variables = new Variables();
  const bill = createBill(options);
  variables.let("cost", 0);

  let failed: unknown;
  let replay: Playing | undefined;
  try {
    const program = await prepare(graph, coverage.visit);
    const outcomes = createOutcomes(test, program, order);
    let spent: () => number = () => 0;
    const onEvent = (event: RunEvent): void => {
      order.see(event);
      log.see(event);
      coverage.see(event);
      transcript.see(event);
      bill.see(event);
      replay?.see(event);
      if (event.type === "budget.spent" || event.type === "model.replied") variables.let("cost", spent());
      options.onEvent?.(event);
    };
    replay = recorded === undefined ? undefined : playing(recorded, options, test, graph, outcomes.keys);
    const own = { ...options, ...replay?.options, openProvider: bill.openProvider, sessions: sessionsOfTest(), visit: coverage.visit, onEvent };
    const run = await createRun(graph, withStandIns(own, outcomes, test, graph, log.tool), path);
    const { ledger, deadlines, people } = run.runtime;
    spent = () => ledger.cost.usd + (replay?.usd ?? 0);
    const { timeoutMs, signal = new AbortController().signal } = options;
    const scope = createScope(signal, { deadlines, what: "The test", path, place: test.place, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
    const frame: Frame = { run: { ...run, program: { ...program, functions: log.functions } }, path, variables, signal: scope.signal, pots: rootPots(options) };
    people.strands.begin();
    try {
      for (const statement of test.body) await perform(statement, frame, outcomes);
    } finally {
      people.strands.end();
      scope.dispose();
      await closeRun(run);
    }
  } catch (thrown) {
    failed = thrown;
  }
  try {
    replay?.end(failed !== undefined);
  } catch (thrown) {
    failed ??= thrown;
  }
  const { name, place } = test;
  const charged = replay?.done() === false ? undefined : bill.charged();
  return {
    name,
    place,
    durationMs: options.clock.now() - startedAt,
    failures: failed === undefined ? [] : [failureOf(failed, path, test, options)],
    ...(charged === undefined ? {} : { charged }),
    reached: new Set([...log.reached(), ...coverage.reached]),
    transcript: transcript.exchanges(),
  };
}

async function perform(statement: TestStatement, frame: Frame, outcomes: Outcomes): Promise<void> {
  switch (statement.kind) {
    case "fake":
      outcomes.set(statement);
      return;
    case "replay":
      // It stands from the start.
      return;
    case "expect": {
      const unmet = await judge(statement.value, frame);
      if (unmet !== undefined) throw new Unmet(`This does not hold: ${statement.source}`, unmet.place, statement.source, unmet.values);
      return;
    }
    case "expect_fails": {
      let value: Json;
      try {
        value = await executeStatements(statement.body, { ...frame, variables: new Variables(frame.variables), tolerant: frame });
      } catch (thrown) {
        const error = asRunError(thrown);
        if (error.class === statement.class && !notFailures.includes(error.code) && !frame.signal.aborted) return;
        throw error;
      }
      const source = `fails ${statement.class}`;
      throw new Unmet(`This was to fail with \`${statement.class}\`, and did not fail.`, statement.place, source, [{ what: "value", value }]);
    }
    default:
      await executeStatements([statement], frame);
  }
}

/** What no test can expect: it is not what the program does. */
const notFailures: readonly string[] = ["T641", "T654", "T655"];

class Unmet extends RunError {
  readonly source: string;
  readonly values: readonly Shown[];

  constructor(message: string, place: string, source: string, values: readonly Shown[]) {
    super("failed", message, { code: "T630", place });
    this.source = source;
    this.values = values;
  }
}

/** Without secrets: it is printed, and may stand in a report. */
function failureOf(thrown: unknown, path: string, test: TestNode, { secrets = [] }: RunOptions): TestFailure {
  const redactor = createRedactor(secrets);
  const error = asRunError(thrown).at(path, test.place);
  const totals = { runId: "", usage: { input: 0, cachedInput: 0, cacheWrite: 0, output: 0, reasoning: 0 }, cost: noCost, durationMs: 0 };
  const info = errorInfo(new RunFailure(error, totals, redactor));
  if (!(thrown instanceof Unmet)) return info;
  const values = thrown.values.map(({ what, value }) => ({ what, value: redactor.text(JSON.stringify(value)) }));
  return { ...info, expected: { source: thrown.source, values } };
}

/** What real providers are asked for, and what that costs. */
function createBill({ openProvider }: RunOptions) {
  let real = false;
  let cost = noCost;
  return {
    openProvider: (async (key, node) => {
      const opened = await openProvider(key, node);
      if (!opened.simulated) real = true;
      return opened;
    }) satisfies RunOptions["openProvider"],
    see(event: RunEvent): void {
      if (event.type === "budget.spent" && event.cost.simulated !== true) cost = addCost(cost, event.cost);
    },
    charged: (): Cost | undefined => (real ? cost : undefined),
  };
}
