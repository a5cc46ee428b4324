import { notToldToModel } from "../diagnostics/classes.ts";
import { RunError } from "../diagnostics/errors.ts";
import type { Json, JsonObject } from "../diagnostics/json.ts";
import { keptAttachments, revivedAttachments } from "./attachment.ts";
import { errorInfo } from "./failure.ts";
import type { Attachment } from "./provider.ts";
import { revivedError } from "./recall.ts";
import type { Runtime } from "./runtime.ts";
import type { Tool } from "./spec.ts";
import type { ToolCallContext } from "./tool-call.ts";

/** What a call asks, as a hash. */
export function askedOfTool({ name }: Pick<Tool, "name">, args: Json, { hash, redactor }: Pick<Runtime, "hash" | "redactor">): string {
  return hash(JSON.stringify(redactor.value([name, args])));
}

/**
 * What the call came to in an earlier process of the run; undefined: it has to be done. Throws the failure that a model was
 * told of then.
 */
export function recallTool(
  tool: Tool,
  args: JsonObject,
  asked: string,
  call: ToolCallContext,
  runtime: Runtime,
): { readonly result: Json } | undefined | Promise<undefined> {
  const { journal, emit } = runtime;
  if (journal === undefined) return undefined;
  const { path, callId, signal } = call;
  const id = callId === undefined ? {} : { callId };
  const ends = [...journal.ended(path, "tool.returned"), ...journal.ended(path, "tool.failed")].sort((a, b) => b.seq - a.seq);
  const end = ends.find((each) => each.asked === asked);
  if (end === undefined) {
    const [before] = ends;
    const step = { of: "tool", path, tool: tool.name, arguments: args, signal, ...id } as const;
    const tell = (why: string | undefined): undefined => {
      if (why !== undefined) emit(path, { type: "warning", message: why });
    };
    const admitted = journal.admit({ ...step, ...(before === undefined ? {} : { before }) });
    return typeof admitted === "object" ? admitted.then(tell) : tell(admitted);
  }
  const attached = journal.noted(path, "attached", () => asked);
  emit(path, { type: "tool.called", tool: tool.name, ...id, arguments: args, attempt: 1, replayed: true });
  const { seq: _seq, at: _at, runId: _runId, path: _path, callId: _id, ...said } = end;
  emit(path, { ...said, ...id, replayed: true });
  if (end.type === "tool.failed") {
    const error = revivedError(end.error as unknown as Json, path);
    if (end.words !== undefined) error.cause = end.words;
    throw error;
  }
  if (attached !== undefined) call.attach?.(revivedAttachments(attached));
  tool.recalled?.(path);
  return { result: end.result };
}

/** Whether a model is told of the failure, so that it is an answer and no end. */
export function isToldToModel(error: RunError): boolean {
  return !(notToldToModel as readonly string[]).includes(error.class);
}

/** The tool's own words, never ours: what its function threw. An agent has none. */
export function ownMessage(tool: Tool, error: RunError): string | undefined {
  const { cause } = error;
  if (tool.agent || cause === undefined || cause instanceof RunError) return undefined;
  if (cause instanceof Error) return cause.message === "" ? undefined : cause.message;
  return typeof cause === "string" ? cause : undefined;
}

/** Takes the attachments of a result for the journal, too. */
export function keptAttaching(call: ToolCallContext, asked: string, { journal }: Runtime): ToolCallContext {
  const { attach, path } = call;
  if (journal === undefined || attach === undefined) return call;
  const all: Attachment[] = [];
  return {
    ...call,
    attach(parts) {
      attach(parts);
      all.push(...parts);
      journal.note({ path, of: "attached", asked, value: keptAttachments(all) });
    },
  };
}

/** An agent that a model called, and that has failed for it: the model was told, and has gone on. */
export function keepFailure(tool: Tool, args: JsonObject, path: string, error: RunError, runtime: Runtime): void {
  runtime.journal?.note({ path, of: "failure", asked: askedOfTool(tool, args, runtime), value: errorInfo(error) as unknown as Json });
}

export function throwIfFailedBefore(tool: Tool, args: JsonObject, path: string, runtime: Runtime): void {
  const failed = runtime.journal?.noted(path, "failure", () => askedOfTool(tool, args, runtime));
  if (failed !== undefined) throw revivedError(failed, path);
}
