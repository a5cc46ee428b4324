import { renderDiagnostics } from "../../diagnostics/render.ts";
import type { TestResult } from "../../testing/blocks/run-test.ts";
import { testProgram } from "../../testing/blocks/test-program.ts";
import { exitCodes } from "../exit-codes.ts";
import { helpOfSimple, readSimple, type Simple } from "../flags.ts";
import { rendering } from "../layout.ts";
import { watchInterrupts } from "../run/interrupts.ts";
import { divertSideOutput } from "../run/side-output.ts";
import type { Terminal } from "../terminal.ts";
import { loadSuites } from "../test/load-suites.ts";
import { pretty } from "../test/pretty.ts";
import { json, junit } from "../test/reports.ts";
import type { Suite, Tested } from "../test/suite.ts";
import { usageError } from "../usage-error.ts";

const simple: Simple = {
  usage: "test FILE… [flags]",
  about:
    "Runs the `test` blocks of programs, and of every .tantra file of the folders that are named. Exit code 1: one has failed; 3: a program has errors, and nothing ran.",
  flags: {
    "--filter <text>": "only tests whose name holds this text",
    "--reporter <name>": "pretty (default), json or junit",
    "--update": "run what recordings lack or have otherwise for real, and write them anew",
    "--profile <name>": "a profile of the programs",
    "--trust <host>": "a host that keys may be sent to although a program names it itself",
    "--root <folder>": "the project's root, which no path may leave",
  },
};

const reporters = ["pretty", "json", "junit"] as const;
/** So many tests run at the same time. */
const together = 16;

/** `tantra test FILE… [folders] [--filter TEXT] [--reporter NAME]` */
export async function test(args: readonly string[], terminal: Terminal): Promise<number> {
  const { operands, flags, help } = readSimple(simple, args);
  if (help) {
    await terminal.out(helpOfSimple(simple, terminal.outLayout()));
    return exitCodes.done;
  }
  if (operands.length === 0) throw usageError("There is no file to test.", "tantra test FILE.tantra, or a folder.");
  const { update } = flags;
  const { root, filter, profile, trust, reporter = "pretty" } = flags as Readonly<Record<string, string | undefined>>;
  if (!(reporters as readonly string[]).includes(reporter)) throw usageError(`There is no reporter "${reporter}".`, `There is ${reporters.join(", ")}.`);
  const { suites, wrong } = await loadSuites(operands, filter, { cwd: process.cwd(), ...(root === undefined ? {} : { root }) });
  if (wrong.length > 0) {
    for (const program of wrong) terminal.err(`${renderDiagnostics(program.diagnostics, rendering(terminal.errLayout(), program))}\n`);
    return exitCodes.program;
  }
  if (suites.every(({ tests }) => tests.length === 0)) {
    const what = filter === undefined ? "There are no tests" : `There is no test whose name holds "${filter}"`;
    throw usageError(
      `${what} in ${operands.join(", ")}.`,
      filter === undefined ? 'Write one: test "…" { expect … }' : "The text is searched for as it is, in upper and lower case.",
    );
  }

  const layout = terminal.outLayout();
  const flush = divertSideOutput((line) => terminal.err(`${line}\n`));
  const interrupts = watchInterrupts(
    () => undefined,
    () => undefined,
  );
  const tested = await runAll(suites, {
    env: process.env,
    trusted: trust === undefined ? [] : [trust],
    signal: interrupts.signal,
    update: update === true,
    ...(profile === undefined ? {} : { profile }),
  });
  interrupts.stop();
  flush();
  const filtered = filter !== undefined;
  await terminal.out(reporter === "json" ? json(tested, filtered) : reporter === "junit" ? junit(tested) : pretty(tested, filtered, layout));
  const failed = tested.some(({ results }) => results.some(({ failures }) => failures.length > 0));
  return interrupts.code() ?? (failed ? exitCodes.failed : exitCodes.done);
}

type From = Omit<Parameters<typeof testProgram>[0], "graph" | "project">;

/** All tests of all programs, some at a time; their results in the order of the files. */
async function runAll(suites: readonly Suite[], from: From): Promise<Tested[]> {
  const tested = suites.map((suite) => ({ ...suite, results: new Array<TestResult>(suite.tests.length) }));
  const queue = tested.flatMap((suite) => suite.tests.map((node, index) => ({ suite, node, index })));
  let next = 0;
  async function work(): Promise<void> {
    for (;;) {
      const job = queue[next++];
      if (job === undefined) return;
      const { suite, node, index } = job;
      const { graph, project } = suite.program;
      suite.results[index] = await testProgram({ ...from, graph, project }, node);
    }
  }
  await Promise.all(Array.from({ length: together }, work));
  return tested;
}
