import { onAbort } from "../agent/abort.ts";
import type { RunEvent } from "../agent/events.ts";
import { messageOf } from "../agent/failure.ts";
import { RunFailure } from "../agent/run-failure.ts";
import type { Cost, Usage } from "../agent/usage.ts";
import { RunError } from "../diagnostics/errors.ts";
import { createListeners } from "./listeners.ts";

/** What a run came to. */
export interface Outcome<T> {
  readonly value: T;
  readonly usage: Usage;
  readonly cost: Cost;
  readonly runId: string;
  readonly durationMs: number;
  /** Everything that happened, where the run was asked to keep it (`keepEvents`). */
  readonly events?: readonly RunEvent[];
}

/** What a run is started with. */
export interface RunStart<O> {
  readonly runId: string;
  /** Runs it. Everything that happens is told to `onEvent`; `signal` stops it. */
  readonly start: (parts: { readonly onEvent: (event: RunEvent) => void; readonly signal: AbortSignal }) => Promise<O>;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: RunEvent) => void;
  readonly keepEvents?: boolean;
  /** Gives the piece of the answer's text that an event brings. Called when somebody asks for the text. */
  readonly answer: () => (event: RunEvent) => string | undefined;
}

/**
 * A run that has begun. `await` it for what it comes to; iterate it for its events as they happen; `text()` is its answer as
 * it is written. Iterating and `text()` begin at the present: asked for in the same breath as the run, nothing is missed.
 * Each of the three throws the `RunError` that stopped the run. Nothing is kept of what nobody listens to.
 */
export class Run<T, O extends Outcome<T> = Outcome<T>> implements PromiseLike<O>, AsyncIterable<RunEvent, undefined> {
  /** Known before anything happens. */
  readonly runId: string;
  readonly #outcome: Promise<O>;
  readonly #stop = new AbortController();
  readonly #listeners = createListeners<RunEvent>();
  readonly #answer: RunStart<O>["answer"];

  constructor(run: RunStart<O>) {
    this.runId = run.runId;
    this.#answer = run.answer;
    this.#outcome = this.#perform(run);
  }

  async #perform({ start, signal, onEvent, keepEvents }: RunStart<O>): Promise<O> {
    const kept: RunEvent[] | undefined = keepEvents ? [] : undefined;
    const letGo = signal === undefined ? undefined : this.#follow(signal);
    try {
      // Whoever asks for the events in the same breath misses none.
      await undefined;
      const outcome = await start({
        signal: this.#stop.signal,
        onEvent: (event) => {
          kept?.push(event);
          this.#listeners.push(event);
          onEvent?.(event);
        },
      });
      this.#listeners.end();
      return kept === undefined ? outcome : { ...outcome, events: kept };
    } catch (thrown) {
      const error = asRunError(thrown);
      if (kept !== undefined && error instanceof RunFailure) error.events = kept;
      this.#listeners.end({ error });
      throw error;
    } finally {
      letGo?.();
    }
  }

  #follow(signal: AbortSignal): (() => void) | undefined {
    const stop = (): void => this.#stop.abort(signal.reason);
    if (!signal.aborted) return onAbort(signal, stop);
    stop();
    return undefined;
  }

  then<A = O, B = never>(done?: ((outcome: O) => A | PromiseLike<A>) | null, failed?: ((error: RunError) => B | PromiseLike<B>) | null): Promise<A | B> {
    return this.#outcome.then(done, failed);
  }
  catch<B = never>(failed?: ((error: RunError) => B | PromiseLike<B>) | null): Promise<O | B> {
    return this.#outcome.catch(failed);
  }
  finally(over?: (() => void) | null): Promise<O> {
    return this.#outcome.finally(over);
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<RunEvent, undefined> {
    this.#heard();
    return this.#listeners.listen((event) => event);
  }

  /**
   * The answer's text, piece by piece. Of an answer that is no model's text, or no text at all, one piece at the end: the text,
   * or its JSON. What a model wrote before it called a tool, and before an attempt failed, is in the stream and not in the value.
   */
  text(): AsyncIterableIterator<string, undefined> {
    this.#heard();
    const pieces = this.#listeners.listen(this.#answer());
    return this.#whole(pieces);
  }

  async *#whole(pieces: AsyncIterableIterator<string, undefined>): AsyncGenerator<string, undefined, undefined> {
    let written = false;
    for await (const piece of pieces) {
      written = true;
      yield piece;
    }
    if (written) return;
    const { value } = await this.#outcome;
    yield typeof value === "string" ? value : JSON.stringify(value);
  }

  /** Stops the run, and resolves when it has wound down. After the end it does nothing. */
  async cancel(reason = "The run was cancelled."): Promise<void> {
    this.#heard();
    if (!this.#stop.signal.aborted) this.#stop.abort(new RunError("cancelled", reason));
    await this.#outcome.catch(() => undefined);
  }

  /** Somebody is told of a failure by another way than by waiting for the outcome. */
  #heard(): void {
    this.#outcome.catch(() => undefined);
  }
}

/** Whoever catches what a run throws can count on what it is. */
function asRunError(thrown: unknown): RunError {
  return thrown instanceof RunError ? thrown : new RunError("internal", `This is a bug in Tantra: ${messageOf(thrown)}`, { cause: thrown });
}
