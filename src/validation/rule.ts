import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { CallGraph } from "./call-graph.ts";
import type { CheckedProgram, CheckOptions } from "./checked.ts";

/** A whole program with what checking each of its files found out, and what `check` was given. */
export interface WholeProgram extends Omit<CheckedProgram, "diagnostics" | "kinds"> {
  readonly options: CheckOptions;
}

/** A requirement that only the whole program can show: a cycle, a model that lacks what an agent asks of it. */
export type Rule = (program: WholeProgram, calls: CallGraph) => Iterable<Diagnostic>;
