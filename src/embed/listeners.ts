/**
 * Items to whoever listens: each listener gets everything from the moment it began, at its own pace. Nothing is kept for
 * nobody, and what one has not read yet is kept until it stops or the last item is read.
 */
export interface Listeners<T> {
  push(item: T): void;
  /** No item comes any more; `error`: reading ends with it. */
  end(ending?: { readonly error: unknown }): void;
  /** Begins to listen. `pick` gives what is kept of an item, or undefined for nothing. */
  listen<U>(pick: (item: T) => U | undefined): AsyncIterableIterator<U, undefined>;
}

interface Listener<T> {
  take(item: T): void;
  wake(): void;
}

export function createListeners<T>(): Listeners<T> {
  const listeners = new Set<Listener<T>>();
  let ended: { readonly error?: unknown } | undefined;

  function listen<U>(pick: (item: T) => U | undefined): AsyncIterableIterator<U, undefined> {
    let kept: U[] = [];
    let read = 0;
    let stopped = false;
    const waiting: (() => void)[] = [];
    const listener: Listener<T> = {
      take(item) {
        const picked = pick(item);
        if (picked === undefined) return;
        kept.push(picked);
        waiting.shift()?.();
      },
      wake() {
        for (const go of waiting.splice(0)) go();
      },
    };
    if (ended === undefined) listeners.add(listener);

    async function next(): Promise<IteratorResult<U, undefined>> {
      for (;;) {
        if (stopped) return { done: true, value: undefined };
        if (read < kept.length) {
          const value = kept[read++] as U;
          if (read === kept.length) {
            kept = [];
            read = 0;
          }
          return { done: false, value };
        }
        if (ended !== undefined) {
          stopped = true;
          if ("error" in ended) throw ended.error;
          continue;
        }
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    }
    return {
      next,
      async return() {
        stopped = true;
        kept = [];
        listeners.delete(listener);
        listener.wake();
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  return {
    push(item) {
      for (const listener of listeners) listener.take(item);
    },
    end(ending) {
      ended ??= ending ?? {};
      for (const listener of listeners) listener.wake();
      listeners.clear();
    },
    listen,
  };
}
