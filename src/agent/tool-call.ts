import type { ErrorClass } from "../diagnostics/classes.ts";
import { RunError } from "../diagnostics/errors.ts";
import type { Json, JsonObject } from "../diagnostics/json.ts";
import { abortReason, orAborted, throwIfAborted } from "./abort.ts";
import { classOf, errorInfo, messageOf, withoutStop } from "./failure.ts";
import { callHook } from "./hook-call.ts";
import type { Pot } from "./ledger.ts";
import type { Attachment } from "./provider.ts";
import { decideRetry, jitterUnit, nearestPolicy } from "./retry.ts";
import type { Runtime } from "./runtime.ts";
import type { Tool, ToolContext } from "./spec.ts";
import { askedOfTool, isToldToModel, keptAttaching, ownMessage, recallTool } from "./tool-recall.ts";
import { runTool } from "./tool-run.ts";

/** Who calls a tool, and what holds for the call. */
export interface ToolCallContext {
  /** The call's path: `…/turn[1]/call[0]/search_notes`, or the step of a workflow. */
  readonly path: string;
  readonly signal: AbortSignal;
  readonly pots: readonly Pot[];
  /** The id that the model gave the call. */
  readonly callId?: string;
  /** The agent whose model asked for it; absent: a workflow calls. */
  readonly agent?: string;
  /** The place of a workflow's call. */
  readonly place?: string;
  /** `with { timeout }`: in place of the declaration's. */
  readonly timeoutMs?: number;
  /** Takes the images and files that belong to the result. Absent: nobody can show them. */
  readonly attach?: (parts: readonly Attachment[]) => void;
  /** The result as the model is told it was cut from so many characters: for the event. */
  readonly truncatedFrom?: (result: Json) => number | undefined;
}

/** A tool's time unless something is written. */
const defaultTimeoutMs = 60_000;
/** One that tells that it gets on may take longer, and not for ever. */
const mostWithProgressMs = 600_000;

/**
 * What a tool gives. `args` fit its parameters already. Throws a `RunError`: `denied`, `timeout`, the class of what the
 * tool threw (`tool_error` unless its `code` is a class; `cause` is what it threw), or the reason of `call.signal`.
 */
export async function callTool(tool: Tool, args: JsonObject, call: ToolCallContext, runtime: Runtime): Promise<Json> {
  throwIfAborted(call.signal);
  // An agent's own events tell what happens, and its own limits hold.
  if (tool.agent) {
    const go = await permitted(tool, args, call, runtime);
    if ("result" in go) return go.result;
    const result = await tool.execute(
      go.args,
      contextOf(go.args, call, call.signal, runtime, () => undefined),
    );
    return changed(tool, go.args, result, call, runtime);
  }

  const { clock, emit, journal } = runtime;
  const asked = journal === undefined ? undefined : askedOfTool(tool, args, runtime);
  const recalling = asked === undefined ? undefined : recallTool(tool, args, asked, call, runtime);
  // Waiting for what is there already would let go of the order in which calls begin.
  const recalled = recalling instanceof Promise ? await recalling : recalling;
  if (recalled !== undefined) return recalled.result;
  if (journal !== undefined) await journal.flush();
  const { path, callId } = call;
  const id = callId === undefined ? {} : { callId };
  const kept = asked === undefined ? {} : { asked };
  const startedAt = clock.now();
  emit(path, { type: "tool.called", tool: tool.name, ...id, arguments: args, attempt: 1 });
  let result: Json;
  try {
    const go = await permitted(tool, args, call, runtime);
    result = "result" in go ? go.result : await worked(tool, go.args, asked === undefined ? call : keptAttaching(call, asked, runtime), runtime);
    const truncatedFrom = call.truncatedFrom?.(result);
    emit(path, {
      type: "tool.returned",
      tool: tool.name,
      ...id,
      result,
      durationMs: clock.now() - startedAt,
      ...(truncatedFrom === undefined ? {} : { truncatedFrom }),
      ...kept,
    });
  } catch (thrown) {
    // The reason of a signal is shared by all that it stops: it gets no path of theirs.
    const error = thrown === call.signal.reason && thrown instanceof RunError ? thrown : toolFailure(tool, thrown, path);
    // What a model is told is an answer that it goes on from; what ends the run is tried again when that is gone on with.
    const told = callId !== undefined && !call.signal.aborted && isToldToModel(error);
    const words = ownMessage(tool, error);
    emit(path, {
      type: "tool.failed",
      tool: tool.name,
      ...id,
      error: errorInfo(error),
      durationMs: clock.now() - startedAt,
      ...(told && journal !== undefined ? { ...kept, ...(words === undefined ? {} : { words }) } : {}),
    });
    throw error;
  }
  return result;
}

type Permitted = { readonly args: JsonObject } | { readonly args: JsonObject; readonly result: Json };

/** Hook, then `deny`, then approval. */
async function permitted(tool: Tool, args: JsonObject, call: ToolCallContext, runtime: Runtime): Promise<Permitted> {
  const { path, agent = "", signal } = call;
  let used = args;
  if (runtime.hooks.beforeTool !== undefined) {
    const decision = await callHook("beforeTool", { path, agent, signal, tool: tool.name, arguments: args }, runtime);
    if (decision !== undefined && "result" in decision) return { args, result: decision.result };
    if (decision !== undefined) used = decision.arguments;
  }
  if (tool.deny !== undefined && (await tool.deny(used))) {
    throw new RunError("denied", `The tool "${tool.name}" may not be called with these arguments: its \`deny\` holds.`, { path });
  }
  if (tool.needsApproval !== undefined && (await orAborted(tool.needsApproval(used), signal))) {
    return { args: await approved(tool, used, call, runtime) };
  }
  return { args: used };
}

/** The arguments that a person, or the hook `approve`, lets through. */
async function approved(tool: Tool, args: JsonObject, { path, agent = "", signal, ...call }: ToolCallContext, { people }: Runtime): Promise<JsonObject> {
  const place = call.place ?? tool.approvalPlace ?? "";
  const approval = await people.approve({ path, agent, place, signal, tool: tool.name, arguments: args });
  if (approval.approved) return approval.arguments;
  const { reason } = approval;
  const said = reason === undefined ? "" : `: ${withoutStop(reason)}`;
  throw new RunError("denied", `The tool "${tool.name}" was not approved${said}.`, { path, ...(reason === undefined ? {} : { cause: reason }) });
}

/** What the tool gave, or what a hook puts in the place of that or of its failure. */
async function worked(tool: Tool, args: JsonObject, call: ToolCallContext, runtime: Runtime): Promise<Json> {
  if (runtime.hooks.afterTool === undefined && runtime.hooks.onError === undefined) return tries(tool, args, call, runtime);
  const { path, agent = "", signal } = call;
  let result: Json;
  try {
    result = await tries(tool, args, call, runtime);
  } catch (thrown) {
    if (runtime.hooks.onError === undefined || signal.aborted) throw thrown;
    const error = toolFailure(tool, thrown, path);
    const decision = await callHook("onError", { path, agent, signal, of: "tool", tool: tool.name, class: error.class, error }, runtime);
    if (decision === undefined) throw error;
    return decision.value;
  }
  return changed(tool, args, result, call, runtime);
}

async function changed(tool: Tool, args: JsonObject, result: Json, { path, agent = "", signal }: ToolCallContext, runtime: Runtime): Promise<Json> {
  if (runtime.hooks.afterTool === undefined) return result;
  const decision = await callHook("afterTool", { path, agent, signal, tool: tool.name, arguments: args, result }, runtime);
  return decision === undefined ? result : decision.result;
}

/** One try, or several where the tool reads only and says so. */
async function tries(tool: Tool, args: JsonObject, call: ToolCallContext, runtime: Runtime): Promise<Json> {
  const { clock, emit, hash, seed } = runtime;
  const { path, signal } = call;
  const policy = nearestPolicy(tool.retry ?? "none");
  const startedAt = clock.now();
  const timeoutMs = call.timeoutMs ?? tool.timeoutMs;
  let waitedMs = 0;
  for (let attempt = 1; ; attempt++) {
    throwIfAborted(signal);
    try {
      return await runTool({
        tool,
        timeoutMs: timeoutMs ?? defaultTimeoutMs,
        ...(timeoutMs === undefined ? { mostMs: mostWithProgressMs } : {}),
        call,
        runtime,
        start: (inner, progress) => tool.execute(args, contextOf(args, call, inner, runtime, progress)),
      });
    } catch (thrown) {
      throwIfAborted(signal);
      const error = toolFailure(tool, thrown, path);
      const unit = jitterUnit(hash, seed, path, attempt + 1);
      const retry = decideRetry({ policy, failure: error, attempt, elapsedMs: clock.now() - startedAt, waitedMs, unit });
      if (retry === undefined) throw error;
      waitedMs += retry.delayMs;
      emit(path, { type: "warning", message: `The tool "${tool.name}" failed and is called again: ${withoutStop(error.message)}.` });
      await clock.sleep(retry.delayMs, signal).catch(() => {
        throw abortReason(signal);
      });
      const id = call.callId === undefined ? {} : { callId: call.callId };
      emit(path, { type: "tool.called", tool: tool.name, ...id, arguments: args, attempt: attempt + 1 });
    }
  }
}

function contextOf(args: JsonObject, call: ToolCallContext, signal: AbortSignal, { runId, hash }: Runtime, progress: () => void): ToolContext {
  const { path, pots } = call;
  return {
    signal,
    runId,
    path,
    pots,
    attach: (parts) => call.attach?.(parts),
    progress,
    // Most tools never look at it.
    get idempotencyKey() {
      return hash(`${runId}\n${path}\n${JSON.stringify(args)}`);
    },
  };
}

function toolFailure(tool: Tool, thrown: unknown, path: string): RunError {
  if (thrown instanceof RunError) return thrown.at(path, undefined);
  const errorClass: ErrorClass = classOf(thrown, "tool_error");
  const said = withoutStop(messageOf(thrown));
  return new RunError(errorClass, `The tool "${tool.name}" failed${said === "" ? "" : `: ${said}`}.`, { path, cause: thrown });
}
