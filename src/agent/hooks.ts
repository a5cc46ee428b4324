import type { Json, JsonObject } from "../diagnostics/json.ts";
import type { ModelRequest } from "./provider.ts";

/**
 * Hooks may change a run: each is awaited, takes one object and gives a decision. (Events may not: they are told.)
 * A hook that throws fails the step it stands at, with class `internal` unless the error has a `code` that is a class.
 */
export interface Hooks {
  /** Before each attempt. `undefined`: go on; `request`: send this instead. */
  beforeModel?(call: {
    readonly path: string;
    readonly agent: string;
    readonly request: ModelRequest;
  }): Awaitable<{ readonly request: ModelRequest } | undefined>;
  /** Before a tool runs. `arguments`: call it with these; `result`: do not call it, this is its result. */
  beforeTool?(call: {
    readonly path: string;
    readonly agent: string;
    readonly tool: string;
    readonly arguments: JsonObject;
  }): Awaitable<{ readonly arguments: JsonObject } | { readonly result: Json } | undefined>;
}
export type Awaitable<T> = T | Promise<T>;
