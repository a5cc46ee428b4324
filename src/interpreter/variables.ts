import { RunError } from "../diagnostics/errors.ts";
import type { Json } from "../diagnostics/json.ts";
import { Chat } from "./chat.ts";

/**
 * The names in scope, innermost first. A branch that runs beside others gets a scope of its own below the block's: nothing
 * outside can change while it runs, because the block's own scope waits for all branches and no branch may assign to it.
 * So a branch sees the values as they stood before, and nothing is copied.
 */
export class Variables {
  readonly #outer: Variables | undefined;
  readonly #names = new Map<string, Json | Chat>();

  constructor(outer?: Variables) {
    this.#outer = outer;
  }

  /** A scope of its own that holds these and nothing else. */
  static of(values: Readonly<Record<string, Json>>): Variables {
    const variables = new Variables();
    for (const [name, value] of Object.entries(values)) variables.#names.set(name, value);
    return variables;
  }

  /** A scope inside this one in which `name` (unless it is `_` or absent) is `value`. */
  with(name: string | undefined, value: Json): Variables {
    const inner = new Variables(this);
    inner.let(name, value);
    return inner;
  }

  let(name: string | undefined, value: Json | Chat): void {
    if (name !== undefined && name !== "_") this.#names.set(name, value);
  }

  get(name: string): Json {
    const value = this.#find(name);
    if (value === undefined || value instanceof Chat) throw new RunError("internal", `The graph reads "${name}", which nothing sets.`, { code: "T624" });
    return value;
  }

  /** A conversation. A branch that was to open it and was left out has left null in its place. */
  chat(name: string, place: string): Chat {
    const value = this.#find(name);
    if (value instanceof Chat) return value;
    if (value !== null) throw new RunError("internal", `The graph talks to "${name}", which is no conversation.`, { code: "T624", place });
    throw new RunError("bad_value", `There is no conversation "${name}": the branch that was to open it has failed.`, { place });
  }

  /** Every name in scope with what it holds, of a conversation its messages. */
  visible(): { readonly [name: string]: unknown } {
    const own = [...this.#names].map(([name, value]) => [name, value instanceof Chat ? value.said.messages : value]);
    return { ...this.#outer?.visible(), ...Object.fromEntries(own) };
  }

  /** Undefined: no such name. */
  #find(name: string): Json | Chat | undefined {
    const value = this.#names.get(name);
    return value === undefined && this.#outer !== undefined ? this.#outer.#find(name) : value;
  }

  /** Changes the value where its `let` stands. */
  assign(name: string, value: Json): void {
    if (this.#names.has(name)) this.#names.set(name, value);
    else if (this.#outer !== undefined) this.#outer.assign(name, value);
    else throw new RunError("internal", `The graph assigns to "${name}", which nothing declares.`, { code: "T624" });
  }
}
