import { abortReason, onAbort } from "./abort.ts";
import type { Clock } from "./clock.ts";
import { createWindow, type Rate } from "./rate-window.ts";

export interface LimitOptions {
  readonly requests?: Rate;
  readonly tokens?: Rate;
  /** Default 16. */
  readonly concurrent?: number;
}

/** A place among the requests in flight. It lasts to the end of the stream. */
export interface Slot {
  /** The request is over. `tokens` is what it came to, in place of what was expected; absent: unchanged. */
  release(tokens?: number): void;
  /** The request was not sent after all: as if the slot had never been taken. */
  giveBack(): void;
}

/** Requests in flight to one provider, in order of arrival. */
export interface Limiter {
  /** A slot, at once where one is free; rejects with the signal's reason when it aborts. `tokens` is what the request may come to. */
  acquire(tokens: number, signal: AbortSignal): Slot | Promise<Slot>;
  /** Whether `acquire` would wait. */
  readonly busy: boolean;
  readonly countsTokens: boolean;
}

interface Waiter {
  readonly tokens: number;
  readonly grant: (slot: Slot) => void;
}

const defaultConcurrent = 16;

export function createLimiter(clock: Clock, options: LimitOptions): Limiter {
  const concurrent = options.concurrent ?? defaultConcurrent;
  const requests = createWindow(options.requests);
  const tokens = createWindow(options.tokens);
  const waiters = new Set<Waiter>();
  let active = 0;
  let timer: AbortController | undefined;

  /** Milliseconds until the windows let this in; 0: now. */
  const waitMs = (amount: number, now: number): number => Math.max(requests.waitMs(1, now), tokens.waitMs(amount, now));

  function take(amount: number): Slot {
    const now = clock.now();
    const request = requests.add(1, now);
    const expected = tokens.add(amount, now);
    active++;
    let open = true;
    const close = (): boolean => {
      if (!open) return false;
      open = false;
      active--;
      return true;
    };
    return {
      release(used) {
        if (!close()) return;
        if (used !== undefined) tokens.change(expected, used);
        serve();
      },
      giveBack() {
        if (!close()) return;
        requests.change(request, 0);
        tokens.change(expected, 0);
        serve();
      },
    };
  }

  function serve(): void {
    for (const waiter of waiters) {
      if (active >= concurrent) return;
      const wait = waitMs(waiter.tokens, clock.now());
      if (wait > 0) {
        wake(wait);
        return;
      }
      waiters.delete(waiter);
      waiter.grant(take(waiter.tokens));
    }
    timer?.abort();
    timer = undefined;
  }

  /** Serves again when the first in the queue may go. A timer that runs already is for it: nobody overtakes. */
  function wake(ms: number): void {
    if (timer !== undefined) return;
    const controller = new AbortController();
    timer = controller;
    clock.sleep(ms, controller.signal).then(
      () => {
        timer = undefined;
        serve();
      },
      () => undefined,
    );
  }

  return {
    get busy() {
      return waiters.size > 0 || active >= concurrent;
    },
    countsTokens: options.tokens !== undefined,
    acquire(amount, signal) {
      if (signal.aborted) throw abortReason(signal);
      if (waiters.size === 0 && active < concurrent && waitMs(amount, clock.now()) === 0) return take(amount);
      return new Promise((resolve, reject) => {
        const waiter: Waiter = {
          tokens: amount,
          grant: (slot) => {
            letGo();
            resolve(slot);
          },
        };
        const letGo = onAbort(signal, () => {
          waiters.delete(waiter);
          reject(abortReason(signal));
          serve();
        });
        waiters.add(waiter);
        serve();
      });
    },
  };
}
