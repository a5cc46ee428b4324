import { RunError } from "../diagnostics/errors.ts";
import type { Json } from "../diagnostics/json.ts";
import { classOf, messageOf, withoutStop } from "./failure.ts";
import type { Awaitable, Hooks } from "./hooks.ts";
import type { Runtime } from "./runtime.ts";

/** What a hook decides. It is told in an event; what it throws fails the step, as `internal` unless it says otherwise. */
export async function callHook<T extends object>(
  hook: keyof Hooks,
  path: string,
  { clock, emit }: Runtime,
  ask: () => Awaitable<T | undefined>,
): Promise<T | undefined> {
  const startedAt = clock.now();
  try {
    const decision = await ask();
    // Which hook decided something, not all that it put in its place: that is shown by what follows.
    const keys: Json = decision === undefined ? null : Object.keys(decision);
    emit(path, { type: "hook.called", hook, durationMs: clock.now() - startedAt, decision: keys });
    return decision;
  } catch (thrown) {
    if (thrown instanceof RunError) throw thrown;
    throw new RunError(classOf(thrown, "internal"), `The hook ${hook} failed: ${withoutStop(messageOf(thrown))}.`, { path, cause: thrown });
  }
}
