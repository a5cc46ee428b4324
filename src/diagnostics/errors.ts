import type { ErrorClass } from "./classes.ts";
import { codeOfClass } from "./codes/t6.ts";
import type { Code } from "./codes.ts";

export interface RunErrorOptions {
  /** Default: the class's own code. */
  readonly code?: Code;
  /** The step's path; "" where none is known yet (the place is added once, by the step that it passes first). */
  readonly path?: string;
  /** The place in the program: `file:line:column`. */
  readonly place?: string;
  /** What to do about it, as a sentence. */
  readonly hint?: string;
  readonly cause?: unknown;
  /** Lines of a unified diff that show what differs. */
  readonly diff?: readonly string[];
  /** What came of the other branches of the block that failed. */
  readonly others?: readonly RunError[];
}

/** What stops a run, or a branch of it. Its message is a sentence without secrets. */
export class RunError extends Error {
  override readonly name = "RunError";
  readonly class: ErrorClass;
  readonly code: Code;
  readonly hint: string | undefined;
  readonly diff: readonly string[] | undefined;
  path: string;
  place: string | undefined;
  others: readonly RunError[];

  constructor(errorClass: ErrorClass, message: string, options: RunErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.class = errorClass;
    this.code = options.code ?? codeOfClass[errorClass];
    this.path = options.path ?? "";
    this.place = options.place;
    this.hint = options.hint;
    this.diff = options.diff;
    this.others = options.others ?? [];
  }

  /** Adds the place where it is not known yet; a later, outer step changes nothing. */
  at(path: string, place: string | undefined): this {
    if (this.path === "") this.path = path;
    if (this.place === undefined) this.place = place;
    return this;
  }
}

/** Says that we are wrong, not the user. `x` is `never` where every case is handled. */
export function unreachable(x: never, what = "case"): never {
  throw new RunError("internal", `This is a bug in Tantra: unhandled ${what} ${JSON.stringify(x)}.`);
}
