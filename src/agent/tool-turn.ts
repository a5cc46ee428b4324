import { RunError } from "../diagnostics/errors.ts";
import type { Json, JsonObject } from "../diagnostics/json.ts";
import { throwIfAborted } from "./abort.ts";
import { errorInfo } from "./failure.ts";
import type { Attachment, Message, ToolCall } from "./provider.ts";
import type { Runtime } from "./runtime.ts";
import { createScope } from "./scope.ts";
import type { AgentCall, AgentSpec, Tool } from "./spec.ts";
import { callTool } from "./tool-call.ts";
import { isToldToModel, keepFailure, ownMessage, throwIfFailedBefore } from "./tool-recall.ts";
import { validatorOf } from "./validate.ts";
import { errorForm, resultForm } from "./words.ts";

/** Characters of a result unless the tool says otherwise. */
const defaultMaxResult = 20_000;

type ToolMessage = Extract<Message, { readonly role: "tool" }>;

/**
 * The answers to the calls of one turn, which run at the same time, in the order of the calls. What goes wrong is told to
 * the model, but for failures that end the run: the first of them in time is thrown, after the other calls have wound down.
 */
export async function runToolTurn(calls: readonly ToolCall[], spec: AgentSpec, call: AgentCall, turnPath: string, runtime: Runtime): Promise<ToolMessage[]> {
  const scope = calls.length > 1 ? createScope(call.signal, { deadlines: runtime.deadlines }) : undefined;
  const signal = scope?.signal ?? call.signal;
  const strands = calls.length > 1 ? runtime.people.strands.split() : undefined;
  let ended: unknown;
  try {
    const begun = calls.map(async (each, index): Promise<ToolMessage | undefined> => {
      strands?.begin();
      try {
        const attached: Attachment[] = [];
        const content = await answer(each, index, spec, { ...call, signal }, turnPath, runtime, attached);
        const parts = attached.length === 0 ? {} : { parts: [{ type: "text" as const, text: content }, ...attached] };
        return { role: "tool", callId: each.id, name: each.name, content, ...parts };
      } catch (thrown) {
        ended ??= thrown;
        scope?.cancel(new RunError("cancelled", "Another tool call of this turn ended the run."));
        return undefined;
      } finally {
        strands?.end();
      }
    });
    strands?.end();
    const settled = await Promise.all(begun);
    if (ended !== undefined) throw ended;
    return settled.filter((message) => message !== undefined);
  } finally {
    scope?.dispose();
  }
}

/** What the model is told that a call came to. */
async function answer(
  asked: ToolCall,
  index: number,
  spec: AgentSpec,
  call: AgentCall,
  turnPath: string,
  runtime: Runtime,
  attached: Attachment[],
): Promise<string> {
  const path = `${turnPath}/call[${index}]/${asked.name}`;
  const tool = spec.tools.find(({ name }) => name === asked.name);
  if (tool === undefined) {
    return refused(
      asked,
      asked.arguments,
      path,
      new RunError("not_found", `There is no tool "${asked.name}" among those of the agent "${spec.name}".`),
      asked.name,
      runtime,
    );
  }
  const read = await readArguments(tool, asked.arguments);
  if ("wrong" in read) {
    const error = new RunError("invalid_request", `The arguments for the tool "${tool.name}" do not fit: ${read.wrong}.`);
    const own = await tool.onError?.(error.class, read.wrong);
    const told = refused(asked, read.arguments, path, error, read.wrong, runtime);
    return own ?? told;
  }

  const max = tool.maxResult ?? defaultMaxResult;
  try {
    const { pots, signal } = call;
    const truncatedFrom = (result: Json): number | undefined => resultForm(result, max).truncatedFrom;
    const attach = (parts: readonly Attachment[]): void => void attached.push(...parts);
    const context = { path, signal, pots, callId: asked.id, agent: spec.name, attach, truncatedFrom };
    if (tool.agent) throwIfFailedBefore(tool, read.arguments, path, runtime);
    return resultForm(await callTool(tool, read.arguments, context, runtime), max).text;
  } catch (thrown) {
    if (!(thrown instanceof RunError) || !isToldToModel(thrown)) throw thrown;
    // Told to stop meanwhile, it goes on from nothing.
    throwIfAborted(call.signal);
    if (tool.agent) keepFailure(tool, read.arguments, path, thrown, runtime);
    const message = ownMessage(tool, thrown);
    return tool.onError === undefined ? errorForm(thrown.class, message) : tool.onError(thrown.class, message);
  }
}

/** A call that reaches no tool: shown like one that failed. */
function refused(asked: ToolCall, args: Json, path: string, error: RunError, message: string, runtime: Runtime): string {
  const call = { tool: asked.name, callId: asked.id };
  runtime.emit(path, { type: "tool.called", ...call, arguments: args, attempt: 1 });
  runtime.emit(path, { type: "tool.failed", ...call, error: errorInfo(error.at(path, undefined)), durationMs: 0 });
  return errorForm(error.class, message);
}

type Read = { readonly arguments: JsonObject } | { readonly wrong: string; readonly arguments: Json };

async function readArguments(tool: Tool, text: string): Promise<Read> {
  let value: Json;
  try {
    // Some vendors send nothing at all for a tool without parameters.
    value = text.trim() === "" ? {} : JSON.parse(text);
  } catch (error) {
    return { wrong: error instanceof Error ? error.message : String(error), arguments: text };
  }
  const validate = await (tool.validator?.() ?? validatorOf(tool.parameters));
  const wrong = validate(value);
  if (wrong !== undefined) return { wrong, arguments: value };
  if (typeof value !== "object" || value === null || Array.isArray(value)) return { wrong: "must be object", arguments: value };
  const args = value as JsonObject;
  return { arguments: tool.complete?.(args) ?? args };
}
