import { RunError } from "../diagnostics/errors.ts";
import type { Json } from "../diagnostics/json.ts";
import { orAborted } from "./abort.ts";
import { classOf, errorInfo, messageOf, withoutStop } from "./failure.ts";
import type { Hooks } from "./hooks.ts";
import type { Runtime } from "./runtime.ts";

type Given<H extends keyof Hooks> = Parameters<NonNullable<Hooks[H]>>[0];
type Decided<H extends keyof Hooks> = Awaited<ReturnType<NonNullable<Hooks[H]>>>;

/**
 * What a hook decides; undefined, and no event, where there is none. A call of it is told in an event; what it throws fails
 * the step, as `internal` unless it says otherwise. One that waits is left behind when the step is stopped.
 */
export function callHook<H extends keyof Hooks>(hook: H, given: Given<H>, runtime: Runtime): Promise<Decided<H>> | undefined {
  return runtime.hooks[hook] === undefined ? undefined : ask(hook, given, runtime);
}

async function ask<H extends keyof Hooks>(hook: H, given: Given<H>, { clock, emit, hooks }: Runtime): Promise<Decided<H>> {
  const { path, signal } = given;
  const startedAt = clock.now();
  try {
    // As a method of the object that it came on.
    const decision = await orAborted((hooks as Asked<H>)[hook](given), signal);
    // Which hook decided something, not all that it put in its place: that is shown by what follows.
    const keys: Json = decision === undefined ? null : keysOf(decision, hook);
    emit(path, { type: "hook.called", hook, durationMs: clock.now() - startedAt, decision: keys });
    return decision;
  } catch (thrown) {
    const failed = `The hook ${hook} failed: ${withoutStop(messageOf(thrown))}.`;
    const error = thrown instanceof RunError ? thrown : new RunError(classOf(thrown, "internal"), failed, { path, cause: thrown });
    // The reason of a signal is shared by all that it stops: it gets no path of theirs.
    const shown = signal.aborted && error === signal.reason ? error : error.at(path, undefined);
    emit(path, { type: "hook.called", hook, durationMs: clock.now() - startedAt, error: errorInfo(shown) });
    throw error;
  }
}

const decisions: { readonly [H in keyof Hooks]-?: readonly string[] } = {
  beforeModel: ["request"],
  afterModel: ["reply"],
  beforeTool: ["arguments", "result"],
  afterTool: ["result"],
  approve: ["approved"],
  ask: ["answer"],
  onError: ["value"],
};

/** What a decision holds. One that holds nothing that the hook may decide was meant for something else: it is not passed over. */
function keysOf(decision: unknown, hook: keyof Hooks): string[] {
  const keys = typeof decision === "object" && decision !== null ? Object.keys(decision) : [];
  if (decisions[hook].some((key) => keys.includes(key))) return keys;
  const wanted = decisions[hook].map((key) => `{ ${key} }`).join(" or ");
  throw new Error(`It gives ${wanted}, or undefined, and gave ${JSON.stringify(decision) ?? typeof decision}`);
}

type Asked<H extends keyof Hooks> = { readonly [K in H]: (given: Given<H>) => Decided<H> | Promise<Decided<H>> };
