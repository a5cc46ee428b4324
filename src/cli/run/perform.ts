import type { ErrorInfo, RunEvent } from "../../agent/events.ts";
import type { Hooks } from "../../agent/hooks.ts";
import { createRedactor } from "../../agent/redact.ts";
import { RunFailure } from "../../agent/run-failure.ts";
import { RunError } from "../../diagnostics/errors.ts";
import type { Json, JsonObject } from "../../diagnostics/json.ts";
import type { Graph } from "../../graph/graph.ts";
import { earlierEvents } from "../../host/earlier-events.ts";
import type { LoadedProgram } from "../../host/load-program.ts";
import { type PrepareOptions, prepareReplay, prepareRun } from "../../host/prepare-run.ts";
import { run } from "../../interpreter/run.ts";
import type { Start } from "../../interpreter/start.ts";
import { endOf } from "../../journal/kept-run.ts";
import { renderWarnings } from "../../report/warnings.ts";
import { exitCodes } from "../exit-codes.ts";
import { rendering } from "../layout.ts";
import type { OwnValues } from "../own-flags.ts";
import type { Terminal } from "../terminal.ts";
import { usageError } from "../usage-error.ts";
import { askTrust } from "./ask-trust.ts";
import { conclude, type Ended, reportWidth } from "./conclude.ts";
import { type BegunFrom, type Keeping, type KeepOptions, keepRun, type Taken } from "./keep.ts";
import { parseDollars, parseDuration } from "./limits.ts";
import { openOutFile } from "./out-file.ts";
import { programWarnings } from "./program-errors.ts";
import type { Recorded } from "./replaying.ts";
import { openWatch } from "./watch.ts";

export interface Performance {
  readonly program: LoadedProgram;
  readonly graph: Graph;
  readonly start: Start;
  readonly input: JsonObject;
  readonly own: OwnValues;
  readonly terminal: Terminal;
  /** An earlier run that this goes on with. */
  readonly taken?: Taken;
  /** An earlier run that this new one is begun from. */
  readonly begunFrom?: BegunFrom;
  /** A recording that it plays. */
  readonly recorded?: Recorded;
  /** What paths among the inputs count from; default: the process's. */
  readonly cwd?: string;
}

/**
 * Runs a program and shows what happens: progress and report on standard error, the value on standard output. Gives the
 * exit code. Throws `RunError`, with further ones as its `others`, when the run cannot start.
 */
export async function perform(performance: Performance): Promise<number> {
  const { program, graph, start, own, terminal } = performance;
  const out = own.out === undefined || own.out === "-" ? undefined : openOutFile(own.out, process.cwd());
  if (own.events === "-")
    throw usageError("The standard output holds the value and nothing else, so events cannot go there.", "Give --events a file, or /dev/stderr with --quiet.");
  const recordTo = own.record === undefined ? undefined : openOutFile(own.record, process.cwd(), { flag: "--record" });
  const { recorded } = performance;
  const prepare = recorded === undefined || recorded.live ? prepareRun : prepareReplay;
  const prepared = await prepare(preparing(performance));
  if (!prepared.ready) throw allOf(prepared.problems);
  const replay = recorded === undefined ? undefined : (await import("./replaying.ts")).replaying(recorded, prepared.options, program.project);
  const options = replay?.options ?? prepared.options;

  const layout = rendering(terminal.errLayout(), program);
  const warnings = programWarnings(program);
  if (!own.quiet && warnings.length > 0) {
    terminal.err(`${renderWarnings(warnings, "tantra check shows them all", { ...layout, width: layout.width ?? reportWidth })}\n\n`);
  }
  const keep = { ...performance, main: start.key, simulate: own.simulate === true, options, project: program.project };
  const keeping =
    replay !== undefined ? undefined : own.journal !== false ? await keepRun(keep) : recordTo === undefined ? undefined : await keptInMemory(keep);
  const watch = openWatch(own, terminal, options.prices.source, warnings);
  if (performance.taken !== undefined) {
    for (const event of earlierEvents(performance.taken.run.kept, options.clock.now(), watch.costs.hears)) watch.costs.earlier(event);
  }
  let value: Json = null;
  let ended: Ended;
  let unkept: RunError | undefined;
  let anything = false;
  const onEvent = (event: RunEvent): void => {
    anything ||= isDone(event);
    watch.sink(event);
  };
  try {
    const hooks = asksPeople(own, terminal) ? await askedAt(terminal, watch.hold) : {};
    const { signal } = watch.interrupts;
    const { value: given, runId, durationMs } = await run(graph, { ...options, ...keeping?.options, hooks, onEvent, signal });
    value = given;
    ended = { runId, durationMs };
  } catch (error) {
    if (!(error instanceof RunFailure)) throw error;
    ended = { ...error.totals, failure: redacted(error, options.secrets ?? []), questions: error.questions };
  } finally {
    watch.end();
    unkept = await keeping?.close();
  }
  if (watch.readerGone()) return exitCodes.done;
  const before = performance.taken === undefined ? undefined : endOf(performance.taken.run.kept);
  const asBefore = !anything && before?.type === "run.failed" && isSame(before.error, ended.failure);
  const kept = keeping?.kept === undefined || unkept !== undefined ? {} : { kept: { ...keeping.kept, asBefore } };
  if (unkept !== undefined && ended.failure === undefined) ended = { ...ended, failure: unkept };
  const wrote = await recordings();
  if (wrote instanceof RunError) ended = { ...ended, failure: ended.failure ?? wrote };
  const told = typeof wrote === "string" && wrote !== "" ? { told: wrote } : {};
  return conclude({ ended, value, type: start.node.result, watch, own, out, terminal, layout, ...kept, ...told });

  /** Writes what is recorded, whether the run has failed or not. Gives what there is to say of it. */
  async function recordings(): Promise<string | RunError> {
    try {
      if (recordTo !== undefined && keeping !== undefined && unkept === undefined) recordTo.write(await keeping.recording());
      return replay?.end(ended.failure !== undefined) ?? "";
    } catch (error) {
      if (error instanceof RunError) return error;
      throw error;
    }
  }
}

/** Whether a step was done, and not read. */
function isDone(event: RunEvent): boolean {
  return (event.type === "model.requested" || event.type === "tool.called" || event.type === "ask.waiting") && !("replayed" in event && event.replayed);
}

function isSame(before: ErrorInfo, { code, message, path }: Partial<RunError> = {}): boolean {
  return before.code === code && before.message === message && before.path === path;
}

function preparing({ program, graph, start, input, own, terminal, cwd, recorded }: Performance): PrepareOptions {
  return {
    graph,
    project: program.project,
    input,
    main: start.key,
    env: process.env,
    simulate: own.simulate === true || recorded?.recording.head.simulate === true,
    ...(cwd === undefined ? {} : { cwd }),
    trusted: own.trust ?? [],
    ...(own.maxCost === undefined ? {} : { maxCostUsd: parseDollars(own.maxCost) }),
    ...(own.timeout === undefined ? {} : { timeoutMs: parseDuration(own.timeout) }),
    ...(own.profile === undefined ? {} : { profile: own.profile }),
    ...(asksPeople(own, terminal) ? { confirm: askTrust } : {}),
  };
}

/** Somebody sits at the terminal, and wants to be asked. */
function asksPeople({ input, detach }: OwnValues, { errIsTerminal }: Terminal): boolean {
  return errIsTerminal && process.stdin.isTTY === true && input !== "-" && detach !== true;
}

/** What was typed so shortly before a question stood there was not meant for it. */
const forgetMs = 30;

async function askedAt(terminal: Terminal, hold: () => () => void): Promise<Hooks> {
  const { openDesk } = await import("../people/desk.ts");
  const { hooksOf } = await import("../people/hooks.ts");
  const desk = openDesk({
    input: process.stdin,
    // The stream's own `write`, whatever it is for tools while a run lasts.
    output: Object.create(process.stderr, { write: { value: terminal.err } }) as NodeJS.WritableStream,
    layout: terminal.errLayout,
    hold,
    interrupted: () => process.kill(process.pid, "SIGINT"),
    forgetMs,
  });
  return hooksOf(desk);
}

async function keptInMemory(keep: KeepOptions): Promise<Keeping> {
  const { keepInMemory } = await import("./recording.ts");
  return keepInMemory(keep);
}

export function allOf([first, ...others]: readonly RunError[]): RunError {
  if (first === undefined) return new RunError("internal", "This is a bug in Tantra: a run was refused without a reason.");
  first.others = others;
  return first;
}

/** The error without secrets: it goes to the terminal and into `--json`. */
export function redacted(error: RunError, secrets: readonly string[]): RunError {
  const redactor = createRedactor(secrets);
  const clean = ({ class: errorClass, code, message, path, place, hint, diff, others }: RunError): RunError =>
    new RunError(errorClass, redactor.text(message), {
      code,
      path: redactor.text(path),
      others: others.map(clean),
      ...(place === undefined ? {} : { place }),
      ...(hint === undefined ? {} : { hint: redactor.text(hint) }),
      ...(diff === undefined ? {} : { diff: diff.map((line) => redactor.text(line)) }),
    });
  return clean(error);
}
