/** Writes at once, or, while it is held, when it is let go again. */
export interface Holdable {
  write(text: string): void;
  hold(): () => void;
  /** Writes what is held back. */
  flush(): void;
}

export function holdable(write: (text: string) => void): Holdable {
  let held: string[] | undefined;
  function flush(): void {
    const texts = held ?? [];
    held = undefined;
    for (const text of texts) write(text);
  }
  return {
    write: (text) => (held === undefined ? write(text) : void held.push(text)),
    hold() {
      held = [];
      return flush;
    },
    flush,
  };
}
