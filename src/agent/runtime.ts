import type { Clock } from "./clock.ts";
import { createDeadlines, type Deadlines } from "./deadlines.ts";
import { createEmit, type Sink } from "./emit.ts";
import type { Emit } from "./events.ts";
import { createGates, type GateOptions, type Gates } from "./gates.ts";
import type { Hooks } from "./hooks.ts";
import type { Journal } from "./journal.ts";
import { createLedger, type Ledger } from "./ledger.ts";
import { createPeople, type People } from "./people.ts";
import type { PriceTable } from "./price.ts";
import type { Answers } from "./question.ts";
import { createRedactor, type Redactor } from "./redact.ts";

export type { Clock } from "./clock.ts";

/** What an agent's work needs from the run around it. One object per run, shared by all of its agents. */
export interface Runtime {
  readonly runId: string;
  /** Jitter of an attempt is a hash of (seed, path, attempt). */
  readonly seed: string;
  readonly clock: Clock;
  /** SHA-256 or any stable hash of a text, as lower-case hex of at least 16 digits. */
  readonly hash: (text: string) => string;
  readonly newId: () => string;
  readonly emit: Emit;
  readonly hooks: Hooks;
  /** Limiters, breakers and the cool-downs of fallbacks. */
  readonly gates: Gates;
  /** What was spent: totals of the run and every pot. */
  readonly ledger: Ledger;
  readonly prices: PriceTable;
  /** Secrets that must not leave in an event, an error or a file. */
  readonly secrets: readonly string[];
  /** Blots them out. */
  readonly redactor: Redactor;
  /** All time limits of the run. */
  readonly deadlines: Deadlines;
  readonly people: People;
  /** What the run keeps. Absent: nothing. */
  readonly journal?: Journal;
  /** After the run: leaves no timer. */
  close(): void;
}

export interface RuntimeOptions {
  readonly runId: string;
  /** Default: the runId. */
  readonly seed?: string;
  readonly clock: Clock;
  readonly hash: (text: string) => string;
  readonly newId: () => string;
  readonly sinks: readonly Sink[];
  readonly hooks?: Hooks;
  /** What people have answered before. */
  readonly answers?: Answers;
  readonly prices: PriceTable;
  readonly secrets?: readonly string[];
  readonly journal?: Journal;
  /** What the program wrote for a provider (by its key) about `limit` and `breaker`. */
  readonly gateOptions?: (provider: string) => GateOptions | undefined;
}

/** The world of one run. Call `close` when the run is over, else a timer may keep the process alive. */
export function createRuntime(options: RuntimeOptions): Runtime {
  const { runId, clock, secrets = [], hooks = {}, answers } = options;
  const deadlines = createDeadlines(clock);
  // One for all that is kept and told: what it has looked at it does not look at again.
  const redactor = createRedactor(secrets);
  const journal = options.journal === undefined ? undefined : withoutSecrets(options.journal, redactor);
  const sinks = options.journal === undefined ? options.sinks : [options.journal.take.bind(options.journal), ...options.sinks];
  const emit = createEmit({ runId, clock, sinks, redactor, after: journal?.seq ?? 0 });
  return {
    runId,
    seed: options.seed ?? runId,
    clock,
    hash: options.hash,
    newId: options.newId,
    emit,
    hooks,
    gates: createGates(clock, options.gateOptions ?? (() => undefined)),
    ledger: createLedger(),
    prices: options.prices,
    secrets,
    redactor,
    deadlines,
    people: createPeople({
      emit,
      clock,
      deadlines,
      hooks,
      hash: options.hash,
      ...(answers === undefined ? {} : { answers }),
      ...(journal === undefined ? {} : { journal }),
    }),
    ...(journal === undefined ? {} : { journal }),
    close: () => deadlines.close(),
  };
}

/** What an event holds has no secret in it already; a note gets none either. */
function withoutSecrets(journal: Journal, redactor: Redactor): Journal {
  return Object.assign(Object.create(journal) as Journal, { note: (note: Parameters<Journal["note"]>[0]) => journal.note(redactor.value(note)) });
}
