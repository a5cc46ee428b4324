import { RunError } from "../../diagnostics/errors.ts";
import { renderDiagnostics, renderFailure } from "../../diagnostics/render.ts";
import { suggest } from "../../diagnostics/suggest.ts";
import { exitCodes } from "../exit-codes.ts";
import { rendering } from "../layout.ts";
import { watchInterrupts } from "../run/interrupts.ts";
import type { Terminal } from "../terminal.ts";
import { usageError } from "../usage-error.ts";
import { type Loaded, loadSuites } from "./load-suites.ts";
import { pretty } from "./pretty.ts";
import { json, junit } from "./reports.ts";
import { runSuites } from "./run-suites.ts";
import type { Suite } from "./suite.ts";

export const reporters = ["pretty", "json", "junit"] as const;

/** What `tantra test` was asked for. */
export interface TestJob {
  /** Files and folders. */
  readonly operands: readonly string[];
  readonly filter?: string;
  readonly reporter: (typeof reporters)[number];
  readonly verbose: boolean;
  readonly timeoutMs: number;
  readonly profile?: string;
  readonly trust?: string;
  readonly root?: string;
  /** What recordings lack is done, and they are written anew. */
  readonly update?: boolean;
  /** Only the tests of programs that are made of one of these files (absolute paths), and these tests. */
  readonly select?: { readonly files: readonly string[]; readonly tests: readonly TestName[] };
  /** It is one run of several: where it is interrupted, nobody wants a report. */
  readonly watched?: boolean;
}
/** The file as it was named, and the test's place. */
export interface TestName {
  readonly file: string;
  readonly place: string;
}

/** What a job came to. */
export interface JobDone {
  readonly code: number;
  readonly ran: readonly TestName[];
  readonly failed: readonly TestName[];
}

/** Loads the programs, runs their tests, prints the report. `loaded` is told what it rests on before anything runs. Throws T621 where there is no test. */
export async function testJob(job: TestJob, terminal: Terminal, loaded: (found: Loaded) => void = () => undefined): Promise<JobDone> {
  const { operands, root, reporter, verbose, timeoutMs, profile, trust } = job;
  const found = await loadSuites(operands, { cwd: process.cwd(), ...(root === undefined ? {} : { root }) });
  loaded(found);
  const { suites, wrong } = found;
  if (wrong.length > 0) {
    for (const program of wrong) terminal.err(`${renderDiagnostics(program.diagnostics, rendering(terminal.errLayout(), program))}\n`);
    return { code: exitCodes.program, ran: [], failed: [] };
  }
  const chosen = suites.map((suite) => ({ ...suite, tests: suite.tests.filter(({ name }) => name.includes(job.filter ?? "")) }));
  if (chosen.every(({ tests }) => tests.length === 0)) throw noTests(job, suites);
  const asked = chosen.map((suite) => ({ ...suite, tests: suite.tests.filter(({ place }) => isAsked(suite, place, job)) }));
  if (asked.every(({ tests }) => tests.length === 0)) {
    terminal.err("No test is touched by what changed.\n");
    return { code: exitCodes.done, ran: [], failed: [] };
  }

  const layout = terminal.outLayout();
  const interrupts = watchInterrupts(
    () => undefined,
    () => undefined,
  );
  const leave = (code: number): void => {
    if (interrupts.code() === undefined) process.exitCode = endedFromInside(code, terminal);
  };
  process.once("exit", leave);
  const from = { env: { ...process.env }, trusted: trust === undefined ? [] : [trust], signal: interrupts.signal, timeoutMs, update: job.update === true };
  const tested = await runSuites(asked, { ...from, ...(profile === undefined ? {} : { profile }) }, terminal);
  process.off("exit", leave);
  interrupts.stop();
  if (interrupts.code() === undefined || !job.watched) {
    const shown = { filtered: job.filter !== undefined || job.select !== undefined, verbose };
    await terminal.out(reporter === "json" ? json(tested, shown) : reporter === "junit" ? junit(tested, shown) : pretty(tested, { layout, ...shown }));
  }
  const results = tested.flatMap(({ file, results }) => results.map(({ place, failures }) => ({ file, place, passed: failures.length === 0 })));
  const failed = results.filter(({ passed }) => !passed);
  return { code: interrupts.code() ?? (failed.length > 0 ? exitCodes.failed : exitCodes.done), ran: results, failed };
}

function isAsked({ file, files }: Suite, place: string, { select }: TestJob): boolean {
  if (select === undefined) return true;
  return select.files.some((path) => files.has(path)) || select.tests.some((test) => test.file === file && test.place === place);
}

/** So many names of tests are shown. */
const shownNames = 10;

function noTests({ filter, operands }: TestJob, suites: readonly Suite[]): RunError {
  const where = operands.join(", ");
  const names = suites.flatMap(({ tests }) => tests.map(({ name }) => name));
  if (names.length === 0) return usageError(`There are no tests in ${where}.`, 'Write one: test "…" { expect … }');
  const nearest = suggest(filter ?? "", names);
  const left = names.length - shownNames;
  const listed = `${names
    .slice(0, shownNames)
    .map((name) => JSON.stringify(name))
    .join(", ")}${left > 0 ? ` and ${left} more` : ""}`;
  const hint = nearest === undefined ? `There is ${listed}.` : `Did you mean "${nearest}"?`;
  return usageError(`There is no test whose name holds "${filter}" in ${where}.`, hint);
}

/** A tool's module may end the process, and the report is not there yet: that is said, and is no success. */
function endedFromInside(code: number, terminal: Terminal): number {
  const error = new RunError("failed", `The process ended with code ${code} before the tests were over.`, {
    hint: "It is likely a tool's module that calls process.exit: let it throw an error in its place.",
  });
  terminal.err(`${renderFailure(error, rendering(terminal.errLayout()))}\n`);
  return code === 0 ? exitCodes.failed : code;
}
