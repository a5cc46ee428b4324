import type { Attach } from "../agent/attachment.ts";
import { BudgetError, type Pot } from "../agent/ledger.ts";
import { RecordedFailure } from "../agent/recall.ts";
import type { Runtime } from "../agent/runtime.ts";
import type { RunError } from "../diagnostics/errors.ts";
import type { Graph } from "../graph/graph.ts";
import type { Models } from "./models.ts";
import type { RunOptions } from "./options.ts";
import type { Pots } from "./pots.ts";
import type { Program } from "./program.ts";
import type { Servers } from "./servers.ts";
import type { Sessions } from "./sessions.ts";
import type { Tools } from "./tools.ts";
import type { Variables } from "./variables.ts";

/** What all of a run shares. */
export interface Run {
  /** With the chosen profile's declarations in the place of those of the same key. */
  readonly graph: Graph;
  readonly program: Program;
  readonly options: RunOptions;
  readonly runtime: Runtime;
  readonly models: Models;
  readonly tools: Tools;
  readonly servers: Servers;
  readonly pots: Pots;
  readonly sessions: Sessions;
  /** Each image and each file is opened once. */
  readonly attach: Attach;
}

/** What holds for a call: where it is, what ends it, what it is paid from. */
export interface Limits {
  /** The path of the step that it runs in. */
  readonly path: string;
  /** Aborts when a scope around it ends: the run, a timeout, a block that has cancelled its branches. */
  readonly signal: AbortSignal;
  /** Every pot of the scopes around it. */
  readonly pots: readonly Pot[];
}

/** One of the branches of a block that run at the same time. */
export interface Branch {
  readonly block: { ended: boolean };
  /** The branch that the block stands in. */
  readonly outer: Branch | undefined;
}

/** Where execution stands. A frame never changes: what is inside gets one of its own. */
export interface Frame extends Limits {
  readonly run: Run;
  readonly variables: Variables;
  /** The innermost construct around it that goes on when something in it fails (`catch`, `on_error: continue`, `race` …). */
  readonly tolerant?: Limits;
  /** The innermost branch that it stands in. */
  readonly branch?: Branch;
}

/**
 * Whether a failure ends more than what stands inside these limits, so that no `catch` and no `on_error` there may take it
 * for an answer: a cancellation, the end of an enclosing scope, an enclosing pot used up, or a bug of ours. Told by the
 * identity of the scope and the pot, not by the class: an inner timeout or budget is a failure like any other.
 */
export function endsScope(error: RunError, { signal, pots, path }: Limits): boolean {
  if (signal.aborted || error.class === "cancelled" || error.class === "internal") return true;
  if (error instanceof RecordedFailure && error.takenAt !== undefined) return !error.takenAt(path);
  return error instanceof BudgetError && pots.includes(error.pot);
}
