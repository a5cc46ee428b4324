/**
 * The static paths of the steps of one body: of a workflow, an iteration, a branch. `path = body / NAME [#n]`, where NAME is
 * the `let`'s name for the first expression of its value that can wait, the callee's or the keyword for any other, and `#n`
 * counts from 2 where a body repeats a NAME. Everything else (`if`, `match`, a block, `catch`, arguments) adds nothing.
 */
export class Steps {
  readonly #body: string;
  readonly #counts = new Map<string, number>();
  #letName: string | undefined;

  /** `body` is the path of what the steps stand in; of a loop with `[]` at its end. */
  constructor(body: string) {
    this.#body = body;
  }

  /** Runs `compile` with a `let`'s name ready for the first step in it. A `let` in a block of another's value leaves that one's alone. */
  under<T>(letName: string, compile: () => T): T {
    const outer = this.#letName;
    this.#letName = letName === "_" ? undefined : letName;
    const result = compile();
    this.#letName = outer;
    return result;
  }

  /** The path of the next step; `name` is its callee or keyword. */
  path(name: string): string {
    const taken = this.#letName ?? name;
    this.#letName = undefined;
    const count = (this.#counts.get(taken) ?? 0) + 1;
    this.#counts.set(taken, count);
    return `${this.#body}/${taken}${count === 1 ? "" : `#${count}`}`;
  }
}
