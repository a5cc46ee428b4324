import { errorInfo } from "../../agent/failure.ts";
import type { Question } from "../../agent/question.ts";
import { RunError } from "../../diagnostics/errors.ts";
import type { Json } from "../../diagnostics/json.ts";
import { type Failure, type RenderOptions, renderFailure } from "../../diagnostics/render.ts";
import type { TypeNode } from "../../graph/types.ts";
import { renderCost } from "../../report/render-cost.ts";
import { runReport } from "../../report/result.ts";
import { renderWarnings } from "../../report/warnings.ts";
import { exitCodes } from "../exit-codes.ts";
import type { OwnValues } from "../own-flags.ts";
import type { Terminal } from "../terminal.ts";
import type { Keeping } from "./keep.ts";
import type { OutFile } from "./out-file.ts";
import { printValue, valueText } from "./print-result.ts";
import type { Watch } from "./watch.ts";

/** How a run ended. */
export interface Ended {
  readonly runId: string;
  readonly durationMs: number;
  readonly failure?: RunError;
  /** Of a run that waits for people. */
  readonly questions?: readonly Question[];
}

export interface Conclusion {
  readonly ended: Ended;
  readonly value: Json;
  /** The value's. */
  readonly type: TypeNode;
  readonly watch: Watch;
  readonly own: OwnValues;
  readonly out: OutFile | undefined;
  readonly terminal: Terminal;
  readonly layout: RenderOptions;
  /** Where the run is kept. `asBefore`: nothing was done in this process, and it failed like the one before it. */
  readonly kept?: NonNullable<Keeping["kept"]> & { readonly asBefore: boolean };
  /** What there is to say of a recording. */
  readonly told?: string;
}

/** Columns of a report where there is no terminal. */
export const reportWidth = 100;

/** What is left when a run is over: the report, the error or the value, and the exit code. */
export async function conclude({ ended, value, type, watch, own, out, terminal, layout, kept, told }: Conclusion): Promise<number> {
  const report = watch.costs.report();
  const text = own.quiet ? "" : summary();
  if (text !== "") terminal.err(`${text}\n`);
  const delivered = ended.failure ?? (await deliver());
  const { runId, durationMs, questions = [] } = ended;
  const waits = questions.length > 0;
  if (delivered !== undefined) {
    const said = waits
      ? (await import("../people/how-to-answer.ts")).howToAnswer(runId, questions, terminal.errLayout(), kept !== undefined)
      : renderFailure(shownOf(delivered), layout);
    terminal.err(`${text === "" ? "" : "\n"}${said}\n`);
  }
  if (ended.failure !== undefined && kept !== undefined && !waits && !own.quiet) {
    terminal.err(`\n${howToGoOn(ended.failure, kept, own)}\n`);
  }
  if (told !== undefined && !own.quiet) terminal.err(`\n${told}\n`);
  if (own.json) {
    const error = delivered === undefined ? null : errorInfo(delivered);
    await terminal.out(
      `${JSON.stringify(runReport({ runId, durationMs, steps: watch.costs.durations(), value, error, questions, warnings: watch.warnings }, report), null, 2)}\n`,
    );
  }
  if (delivered === undefined) return exitCodes.done;
  return watch.interrupts.code() ?? (waits ? exitCodes.waits : exitCodes.failed);

  /** What it cost, and what went another way than planned as far as that cannot be read above. */
  function summary(): string {
    const columns = { ...layout, width: layout.width ?? reportWidth };
    const parts = [renderWarnings(watch.faded, "--json lists them all, --verbose shows each when it happens", columns), renderCost(report, columns)];
    return parts.filter((part) => part !== "").join("\n\n");
  }

  /** Who interrupts a run knows why it stopped: no line of the program is to blame. */
  function shownOf(error: RunError): Failure {
    const { code, class: errorClass, message } = error;
    const known = watch.interrupts.code() !== undefined && errorClass === "cancelled";
    return known ? { code, class: errorClass, message, path: "" } : error;
  }

  /** The value to where it was asked for. A file that fails after all is an error, and the value goes to standard output so that it is not lost. */
  async function deliver(): Promise<RunError | undefined> {
    const written = valueText(value, type);
    const failed = write(out, written);
    if (own.json || (out !== undefined && failed === undefined)) return failed;
    // On one screen the two are told apart by a blank line.
    if (text !== "" && terminal.outIsTerminal) terminal.err("\n");
    await printValue(written, terminal);
    return failed;
  }
}

/** What a run that failed leaves, and what to type. */
function howToGoOn({ class: of }: RunError, { file, resume, asBefore }: NonNullable<Conclusion["kept"]>, { maxCost }: OwnValues): string {
  if (asBefore && of !== "budget") {
    return `Nothing was left to be done, and it failed as before: going on once more comes to the same. Change what it fails of, in the program or around it, then: ${resume}\nSteps that ask the same as before stay done.`;
  }
  const more = of === "budget" && maxCost !== undefined ? " --max-cost DOLLARS, with more than before" : "";
  return `What had ended is kept in ${file}. To go on from there: ${resume}${more}`;
}

function write(out: OutFile | undefined, text: string): RunError | undefined {
  try {
    out?.write(text);
    return undefined;
  } catch (error) {
    if (error instanceof RunError) return error;
    throw error;
  }
}
