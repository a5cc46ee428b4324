import { RunError } from "../diagnostics/errors.ts";

/**
 * One listener of ours per signal, however many wait on it: the platform's own list of listeners is walked at each
 * addition and removal, which is quadratic for a fan-out of thousands that share a signal.
 */
const hubs = new WeakMap<AbortSignal, Set<() => void>>();

/** Calls `call` once when the signal aborts. Gives what takes it back. The signal must not have aborted yet. */
export function onAbort(signal: AbortSignal, call: () => void): () => void {
  let hub = hubs.get(signal);
  if (hub === undefined) {
    const calls = new Set<() => void>();
    hub = calls;
    hubs.set(signal, calls);
    signal.addEventListener(
      "abort",
      () => {
        for (const each of [...calls]) each();
        calls.clear();
      },
      { once: true },
    );
  }
  const calls = hub;
  // A function of its own, so that one `call` given twice is kept twice.
  const entry = (): void => call();
  calls.add(entry);
  return () => {
    calls.delete(entry);
  };
}

/** Why a signal aborted, as an error of a run: the reason itself where it is one, else a cancellation. */
export function abortReason(signal: AbortSignal): RunError {
  const reason: unknown = signal.reason;
  return reason instanceof RunError ? reason : new RunError("cancelled", "The run was cancelled.", { cause: reason });
}

export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw abortReason(signal);
}

/** What comes of it, unless the signal aborts first: then whatever it still does is not waited for. */
export function orAborted<T>(work: T | PromiseLike<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(abortReason(signal));
    const letGo = onAbort(signal, () => reject(abortReason(signal)));
    Promise.resolve(work).then(
      (value) => {
        letGo();
        resolve(value);
      },
      (thrown: unknown) => {
        letGo();
        reject(thrown);
      },
    );
  });
}
