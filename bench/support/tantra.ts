import { fileURLToPath } from "node:url";
import type { RunEvent } from "../../src/agent/events.ts";
import type { JsonObject } from "../../src/diagnostics/json.ts";
import { loadProgram } from "../../src/host/load-program.ts";
import { prepareRun } from "../../src/host/prepare-run.ts";
import type { RunOptions } from "../../src/interpreter/options.ts";
import { run } from "../../src/interpreter/run.ts";

/** `input` is the workflow's, or the one number that it takes. */
export type RunWorkflow = (workflow: string, input: number | JsonObject, onEvent?: (event: RunEvent) => void) => Promise<void>;

/** A program of `programs/`, loaded once, as the command line runs it: with events, retry armed, prices and usage. */
export async function tantra(program: string, baseUrl = ""): Promise<RunWorkflow> {
  const once = await prepared(program, baseUrl);
  return (workflow, given, onEvent = () => undefined) => once(workflow, typeof given === "number" ? { times: given } : given, { onEvent });
}

/** The same, with further options of each run. */
export async function prepared(program: string, baseUrl: string): Promise<(workflow: string, input: JsonObject, more?: Partial<RunOptions>) => Promise<void>> {
  const root = fileURLToPath(new URL("../programs", import.meta.url));
  const loaded = await loadProgram(program, { cwd: root, root });
  const { graph, project } = loaded;
  if (graph === undefined) throw new Error(`${program}: ${loaded.diagnostics.map(({ message }) => message).join(" ")}`);
  return async (workflow, input, more = {}) => {
    const env = { BENCH_KEY: "bench-key-0123456789", BENCH_URL: baseUrl };
    const ready = await prepareRun({ graph, project, main: workflow, input, env, onEvent: () => undefined, trusted: ["127.0.0.1"] });
    if (!ready.ready) throw ready.problems[0];
    await run(graph, { ...ready.options, ...more });
  };
}
