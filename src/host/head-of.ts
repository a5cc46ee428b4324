import { createRedactor } from "../agent/redact.ts";
import type { JsonObject } from "../diagnostics/json.ts";
import type { Graph } from "../graph/graph.ts";
import type { RunOptions } from "../interpreter/options.ts";
import type { RunHead } from "../journal/kept-run.ts";
import type { Project } from "./project.ts";

export interface NewRun {
  readonly run: string;
  readonly graph: Graph;
  readonly project: Pick<Project, "entry">;
  /** The key of what is started. */
  readonly main: string;
  readonly input: JsonObject;
  readonly simulate: boolean;
  readonly options: Pick<RunOptions, "profile" | "maxCostUsd" | "timeoutMs" | "secrets" | "clock">;
  /** From the project's root; "" or absent: in the root. */
  readonly cwd?: string;
  /** The run that it is begun from. */
  readonly from?: RunHead;
  readonly seed?: string;
}

/** What the file of a new run begins with. An input that holds a secret is not kept. */
export function headOf({ run, graph, project, main, input, simulate, options, cwd = "", from, seed }: NewRun): RunHead {
  const { profile, maxCostUsd, timeoutMs, secrets = [], clock } = options;
  const redactor = createRedactor(secrets);
  const withheld = Object.keys(input).filter((name) => JSON.stringify(redactor.value({ [name]: input[name] })) !== JSON.stringify({ [name]: input[name] }));
  return {
    run,
    at: clock.now(),
    file: project.entry,
    sources: graph.sources,
    main,
    input: redactor.value(input),
    seed: seed ?? from?.seed ?? run,
    ...(withheld.length === 0 ? {} : { withheld: withheld.map((name) => redactor.text(name)) }),
    ...(cwd === "" ? {} : { cwd }),
    ...(profile === undefined ? {} : { profile }),
    ...(simulate ? { simulate: true } : {}),
    ...(maxCostUsd === undefined ? {} : { maxCostUsd }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(from === undefined ? {} : { from: from.run }),
  };
}
