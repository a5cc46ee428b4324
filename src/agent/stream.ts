import { onAbort } from "./abort.ts";
import { chunkFault } from "./chunk-fault.ts";
import type { Deadline } from "./deadlines.ts";
import { type ModelRequest, type Provider, ProviderError, type ReplyChunk } from "./provider.ts";
import type { Runtime } from "./runtime.ts";
import { durationText } from "./scope.ts";

const attemptMs = 600_000;
const firstByteMs = 300_000;
const silenceMs = 120_000;
/** So long a provider may take to end after it was told to. */
const graceMs = 2000;

export interface StreamOptions {
  readonly provider: Provider;
  readonly request: ModelRequest;
  /** The agent's. */
  readonly signal: AbortSignal;
  /** One attempt's; absent: 600 s, and 300 s until something arrives. */
  readonly timeoutMs: number | undefined;
  /** Told of everything but signs of life. */
  readonly onChunk: (chunk: ReplyChunk) => void;
  readonly runtime: Runtime;
}

/**
 * Reads one reply to its end. Rejects with what the provider threw, with a ProviderError of class `timeout` when the
 * attempt, its first chunk or the silence inside it takes too long, or with the reason of `signal`.
 */
export function readStream({ provider, request, signal, timeoutMs, onChunk, runtime }: StreamOptions): Promise<void> {
  const { clock, deadlines } = runtime;
  const controller = new AbortController();
  const end = clock.now() + (timeoutMs ?? attemptMs);
  let quiet = true;

  return new Promise((resolve, reject) => {
    let grace: Deadline | undefined;
    let stopped: { readonly reason: unknown } | undefined;
    function stop(reason: unknown): void {
      if (stopped !== undefined) return;
      stopped = { reason };
      controller.abort(reason);
      grace = deadlines.add(graceMs, () => done(() => reject(reason)));
    }
    function done(settle: () => void): void {
      letGo();
      limit.cancel();
      grace?.cancel();
      settle();
    }
    const letGo = onAbort(signal, () => stop(signal.reason));
    // One limit for all three: it is moved on as chunks arrive.
    const limit = deadlines.add(timeoutMs ?? Math.min(attemptMs, firstByteMs), () => stop(tooLong()));

    function tooLong(): ProviderError {
      if (clock.now() >= end) return new ProviderError("timeout", `No whole reply came within ${durationText(timeoutMs ?? attemptMs)}.`);
      return new ProviderError(
        "timeout",
        quiet ? `Nothing came within ${durationText(firstByteMs)}.` : `The reply stood still for ${durationText(silenceMs)}.`,
      );
    }
    async function read(): Promise<void> {
      const chunks = provider.complete(request, controller.signal);
      if (typeof chunks?.[Symbol.asyncIterator] !== "function") {
        throw new ProviderError("internal", "Its provider gave no stream of chunks.", { hint: "Write it as `async *complete(request, signal)`." });
      }
      for await (const chunk of chunks) {
        if (stopped !== undefined) return;
        const fault = chunkFault(chunk);
        if (fault !== undefined) throw new ProviderError("internal", `Its provider gave ${fault}.`, { hint: "docs/providers.md says what a provider gives." });
        const until = Math.min(end, clock.now() + silenceMs);
        if (chunk.type === "alive") {
          // A server may say so once, while the model's own time to begin still runs.
          limit.at = Math.max(limit.at, until);
          continue;
        }
        quiet = false;
        limit.at = until;
        onChunk(chunk);
      }
    }
    read().then(
      () => done(() => (stopped === undefined ? resolve() : reject(stopped.reason))),
      (thrown: unknown) => done(() => reject(stopped === undefined ? thrown : stopped.reason)),
    );
  });
}
