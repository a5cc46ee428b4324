import { RunError } from "../diagnostics/errors.ts";
import type { Json } from "../diagnostics/json.ts";
import { classOf, errorInfo, messageOf, withoutStop } from "./failure.ts";
import type { Hooks } from "./hooks.ts";
import type { Runtime } from "./runtime.ts";

type Asking = Pick<Runtime, "clock" | "emit" | "hooks">;
type Given<H extends keyof Hooks> = Parameters<NonNullable<Hooks[H]>>[0];
type Decided<H extends keyof Hooks> = Awaited<ReturnType<NonNullable<Hooks[H]>>>;

/**
 * What a hook decides; undefined, and no event, where there is none. A call of it is told in an event; what it throws fails
 * the step, as `internal` unless it says otherwise.
 */
export function callHook<H extends keyof Hooks>(hook: H, given: Given<H>, runtime: Asking): Promise<Decided<H>> | undefined {
  return runtime.hooks[hook] === undefined ? undefined : ask(hook, given, runtime);
}

async function ask<H extends keyof Hooks>(hook: H, given: Given<H>, { clock, emit: tell, hooks }: Asking): Promise<Decided<H>> {
  const { path } = given;
  const startedAt = clock.now();
  // What a person says after nobody waits for it any more is not told: the run may be over.
  const emit: Runtime["emit"] = (at, body) => {
    if (!("signal" in given) || !given.signal.aborted) tell(at, body);
  };
  try {
    // As a method of the object that it came on.
    const decision = await (hooks as Asked<H>)[hook](given);
    // Which hook decided something, not all that it put in its place: that is shown by what follows.
    const keys: Json = decision === undefined ? null : Object.keys(decision);
    emit(path, { type: "hook.called", hook, durationMs: clock.now() - startedAt, decision: keys });
    return decision;
  } catch (thrown) {
    const failed = `The hook ${hook} failed: ${withoutStop(messageOf(thrown))}.`;
    const error = thrown instanceof RunError ? thrown : new RunError(classOf(thrown, "internal"), failed, { path, cause: thrown });
    emit(path, { type: "hook.called", hook, durationMs: clock.now() - startedAt, error: errorInfo(error.at(path, undefined)) });
    throw error;
  }
}

type Asked<H extends keyof Hooks> = { readonly [K in H]: (given: Given<H>) => Decided<H> | Promise<Decided<H>> };
