import type { RunEvent } from "../../agent/events.ts";
import { errorInfo } from "../../agent/failure.ts";
import { createRedactor } from "../../agent/redact.ts";
import { RunError } from "../../diagnostics/errors.ts";
import type { Json, JsonObject } from "../../diagnostics/json.ts";
import { renderDiagnostics, renderFailure } from "../../diagnostics/render.ts";
import type { Graph } from "../../graph/graph.ts";
import type { LoadedProgram } from "../../host/load-program.ts";
import { prepareRun } from "../../host/prepare-run.ts";
import { RunFailure } from "../../interpreter/failure.ts";
import { run } from "../../interpreter/run.ts";
import type { Start } from "../../interpreter/start.ts";
import { collectCosts } from "../../report/collect.ts";
import { renderCost } from "../../report/render-cost.ts";
import { runReport, type Warning, warningIn } from "../../report/result.ts";
import { exitCodes } from "../exit-codes.ts";
import { rendering } from "../layout.ts";
import type { OwnValues } from "../own-flags.ts";
import { openProgress } from "../progress/open-progress.ts";
import type { Terminal } from "../terminal.ts";
import { askTrust } from "./ask-trust.ts";
import { openEventsFile, reasonOf } from "./events-file.ts";
import { watchInterrupts } from "./interrupts.ts";
import { parseDollars, parseDuration } from "./limits.ts";
import { openOutFile } from "./out-file.ts";
import { printValue, valueText } from "./print-result.ts";
import { programWarnings } from "./program-errors.ts";

export interface Performance {
  readonly program: LoadedProgram;
  readonly graph: Graph;
  readonly start: Start;
  readonly input: JsonObject;
  readonly own: OwnValues;
  readonly terminal: Terminal;
}

/**
 * Runs a program and shows what happens: progress and report on standard error, the value on standard output. Gives the
 * exit code. Throws `RunError`, with further ones as its `others`, when the run cannot start.
 */
export async function perform({ program, graph, start, input, own, terminal }: Performance): Promise<number> {
  const limits = {
    ...(own.maxCost === undefined ? {} : { maxCostUsd: parseDollars(own.maxCost) }),
    ...(own.timeout === undefined ? {} : { timeoutMs: parseDuration(own.timeout) }),
  };
  const cwd = process.cwd();
  const out = own.out === undefined ? undefined : openOutFile(own.out, cwd);
  const warnings: Warning[] = programWarnings(program);
  let readerGone = false;
  const warn = (warning: Warning): void => {
    warnings.push(warning);
    progress.say(`warning: ${warning.message}`);
  };
  const events =
    own.events === undefined
      ? undefined
      : openEventsFile(own.events, cwd, (why) => {
          readerGone = why.code === "EPIPE";
          if (readerGone) interrupts.giveUp();
          else warn({ message: `${own.events} could not be written (${reasonOf(why)}): the run goes on, and the events from here on are lost.` });
        });

  const prepared = await prepareRun({
    graph,
    project: program.project,
    input,
    main: start.key,
    env: process.env,
    simulate: own.simulate === true,
    trusted: own.trust ?? [],
    ...limits,
    ...(own.profile === undefined ? {} : { profile: own.profile }),
    ...(terminal.errIsTerminal && process.stdin.isTTY && own.input !== "-" ? { confirm: askTrust } : {}),
  });
  if (!prepared.ready) throw allOf(prepared.problems);
  const { options } = prepared;

  const layout = rendering(terminal.errLayout(), program);
  if (!own.quiet && program.diagnostics.length > 0) terminal.err(`${renderDiagnostics(program.diagnostics, layout)}\n\n`);
  const progress = openProgress(own, terminal);
  const costs = collectCosts(options.prices.source);
  const interrupts = watchInterrupts(
    (interrupt) => progress.say(interrupt === "SIGINT" ? "Winding down; Ctrl-C once more leaves at once." : "Winding down."),
    () => {
      progress.end();
      events?.close();
    },
  );
  const onEvent = (event: RunEvent): void => {
    events?.sink(event);
    costs.sink(event);
    const warning = warningIn(event);
    if (warning !== undefined) warnings.push(warning);
    progress.sink(event);
  };

  let value: Json = null;
  let failure: RunError | undefined;
  let facts = { runId: "", durationMs: 0 };
  try {
    const result = await run(graph, { ...options, onEvent, signal: interrupts.signal });
    value = result.value;
    facts = result;
  } catch (error) {
    if (!(error instanceof RunFailure)) throw error;
    failure = redacted(error, options.secrets ?? []);
    facts = error.totals;
  } finally {
    progress.end();
    interrupts.stop();
  }
  events?.close();
  if (readerGone) return exitCodes.done;

  const report = costs.report();
  if (!own.quiet) {
    const text = renderCost(report, { ...layout, width: layout.width ?? 100 });
    if (text !== "") terminal.err(`${text}\n${terminal.outIsTerminal && failure === undefined ? "\n" : ""}`);
  }
  if (failure !== undefined) terminal.err(`${own.quiet ? "" : "\n"}${renderFailure(failure, layout)}\n`);
  else await deliver();
  if (own.json) {
    const error = failure === undefined ? null : errorInfo(failure);
    await terminal.out(`${JSON.stringify(runReport({ ...facts, value, error, warnings }, report), null, 2)}\n`);
  }
  return failure === undefined ? exitCodes.done : (interrupts.code() ?? exitCodes.failed);

  /** The value to where it was asked for; should the file fail after all, to standard output, so that it is not lost. */
  async function deliver(): Promise<void> {
    const text = valueText(value, start.node.result);
    try {
      out?.write(text);
    } catch (error) {
      if (!(error instanceof RunError)) throw error;
      failure = error;
      terminal.err(`${renderFailure(error, layout)}\n`);
    }
    if (!own.json && (out === undefined || failure !== undefined)) await printValue(text, terminal);
  }
}

function allOf([first, ...others]: readonly RunError[]): RunError {
  if (first === undefined) return new RunError("internal", "This is a bug in Tantra: a run was refused without a reason.");
  first.others = others;
  return first;
}

/** The error without secrets: it goes to the terminal and into `--json`. */
function redacted(error: RunError, secrets: readonly string[]): RunError {
  const redactor = createRedactor(secrets);
  const clean = ({ class: errorClass, code, message, path, place, hint, others }: RunError): RunError =>
    new RunError(errorClass, redactor.text(message), {
      code,
      path: redactor.text(path),
      others: others.map(clean),
      ...(place === undefined ? {} : { place }),
      ...(hint === undefined ? {} : { hint: redactor.text(hint) }),
    });
  return clean(error);
}
