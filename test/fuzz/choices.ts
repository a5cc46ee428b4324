/**
 * A row of numbers read as decisions, so that a tree is a function of a row and shrinks as a row does: shorter and smaller
 * numbers make a smaller tree. A row that is used up decides for the first possibility from there on.
 */
export class Choices {
  readonly #row: readonly number[];
  #next = 0;
  /** How much may still be built; what holds other nodes costs, so that no tree is endless. */
  #fuel: number;

  constructor(row: readonly number[], fuel = 60) {
    this.#row = row;
    this.#fuel = fuel;
  }

  /** A number from 0 up to, but without, `below`. */
  below(below: number): number {
    return (this.#row[this.#next++] ?? 0) % below;
  }

  of<T>(options: readonly T[]): T {
    const chosen = options[this.below(options.length)];
    if (chosen === undefined) throw new RangeError("nothing to choose from");
    return chosen;
  }

  maybe<T>(make: () => T): T | undefined {
    return this.below(2) === 1 ? make() : undefined;
  }

  /** As many as the row says, at most `most`. */
  some<T>(most: number, make: () => T): T[] {
    return Array.from({ length: this.below(most + 1) }, make);
  }

  /** Whether there is enough left for something that holds other nodes. */
  get canGrow(): boolean {
    return this.#fuel > 0;
  }

  grow<T>(make: () => T): T {
    this.#fuel--;
    return make();
  }
}
