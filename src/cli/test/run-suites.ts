import { AsyncLocalStorage } from "node:async_hooks";
import { createRedactor } from "../../agent/redact.ts";
import { readEnvironment } from "../../host/environment.ts";
import { secretsOf } from "../../host/prepare-run.ts";
import { testProgram } from "../../testing/blocks/test-program.ts";
import { divertSideOutput } from "../run/side-output.ts";
import type { Terminal } from "../terminal.ts";
import type { Done, Suite, Tested } from "./suite.ts";

type From = Omit<Parameters<typeof testProgram>[0], "graph" | "project">;

/** So many tests run at the same time. */
const together = 16;

/**
 * All tests of all suites, some at a time; their results in the order of the suites. What tools print while a test runs, and what
 * they do because of it, belongs to that test; what comes when its result is there already goes to standard error.
 */
export async function runSuites(suites: readonly Suite[], from: From, terminal: Terminal): Promise<Tested[]> {
  const running = new AsyncLocalStorage<string[]>();
  let over = false;
  const flush = divertSideOutput(
    (line, printed: string[] | undefined) => {
      if (printed === undefined || over) terminal.err(`${line}\n`);
      else printed.push(line);
    },
    () => running.getStore(),
  );
  const tested = suites.map((suite) => ({ ...suite, results: new Array<Done>(suite.tests.length) }));
  const queue = tested.flatMap((suite) => suite.tests.map((node, index) => ({ suite, node, index })));
  let next = 0;
  async function work(): Promise<void> {
    for (;;) {
      const job = queue[next++];
      if (job === undefined) return;
      const { suite, node, index } = job;
      const { graph, project } = suite.program;
      const printed: string[] = [];
      const result = await running.run(printed, () => testProgram({ ...from, graph, project }, node));
      suite.results[index] = { ...result, printed };
    }
  }
  await Promise.all(Array.from({ length: together }, work));
  flush();
  over = true;
  return tested.map((suite) => withoutSecrets(suite, from));
}

/** What tools print may be anything, and reports are kept. */
function withoutSecrets(tested: Tested, { env }: From): Tested {
  const { graph, project } = tested.program;
  const { text } = createRedactor(secretsOf(graph, readEnvironment(project.root, env)));
  return { ...tested, results: tested.results.map((result) => ({ ...result, printed: result.printed.map(text) })) };
}
