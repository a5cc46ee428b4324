import { RunError } from "../diagnostics/errors.ts";
import type { Json } from "../diagnostics/json.ts";
import type { ModelReply } from "./events.ts";
import { parseLoosely } from "./loose-json.ts";
import type { ToolCall } from "./provider.ts";
import type { AgentSpec, OutputSpec } from "./spec.ts";
import { validatorOf } from "./validate.ts";

/** What a reply means for the run of its agent. */
export interface Meaning {
  /** Tools to be called, the result tool not among them. */
  readonly calls: readonly ToolCall[];
  /** Calls of the result tool; each is answered with an empty string. */
  readonly resultCalls: readonly ToolCall[];
  /** The run is over, once the calls are done. */
  readonly result?: { readonly value: Json };
}

/** A reply that is not what it should be. */
export class InvalidOutput extends RunError {
  /** What the model wrote, and what is wrong with it in the words of a parser or of the program: a repair is told both. */
  readonly output: string;
  readonly detail: string;

  constructor(agent: string, message: string, output: string, detail: string, hint?: string) {
    super("invalid_output", `The reply to the agent "${agent}" ${message}.`, hint === undefined ? {} : { hint });
    this.output = output;
    this.detail = detail;
  }
}

/** Whether a reply is a result, and which tools it calls. Throws `InvalidOutput`, or a `RunError` of class `content_filter`. */
export async function meaningOf(spec: AgentSpec, reply: ModelReply): Promise<Meaning> {
  const { text, finish, toolCalls } = reply;
  if (finish === "content_filter" || finish === "refusal") {
    const said = text.trim() === "" ? "" : `: ${text.trim()}`;
    throw new RunError("content_filter", `The model refused to answer the agent "${spec.name}"${said}.`.replace(/([.!?])\.$/, "$1"));
  }
  if (finish === "max_tokens") {
    throw new InvalidOutput(spec.name, "was cut off at max_tokens", text, "max_tokens", "Raise `max_tokens` on its model, or ask for less.");
  }
  const { output } = spec;
  if (output?.mode === "tool") return resultTool(spec, output, reply);
  if (toolCalls.length > 0) return { calls: toolCalls, resultCalls: [] };
  if (output === undefined) return { calls: [], resultCalls: [], result: { value: await textOf(spec, text) } };
  if (text.trim() === "") throw new InvalidOutput(spec.name, "was empty", text, "empty");
  return { calls: [], resultCalls: [], result: { value: await resultOf(spec, output, text) } };
}

/** Text is the result as it came, if the author's conditions hold. */
async function textOf(spec: AgentSpec, text: string): Promise<string> {
  const broken = await spec.text?.ensure?.(text);
  if (broken !== undefined) throw new InvalidOutput(spec.name, `does not hold to \`ensure\`: ${broken}`, text, broken);
  return text;
}

async function resultTool(spec: AgentSpec, output: OutputSpec, { text, toolCalls }: ModelReply): Promise<Meaning> {
  const calls = toolCalls.filter((call) => call.name !== spec.name);
  const resultCalls = toolCalls.filter((call) => call.name === spec.name);
  const [first] = resultCalls;
  if (first !== undefined) return { calls, resultCalls, result: { value: await resultOf(spec, output, first.arguments) } };
  if (calls.length > 0) return { calls, resultCalls };
  if (text.trim() === "") throw new InvalidOutput(spec.name, "was empty", text, "empty");
  throw new InvalidOutput(spec.name, "was text in place of a call", text, spec.name);
}

async function resultOf(spec: AgentSpec, output: OutputSpec, text: string): Promise<Json> {
  const invalid = (message: string, detail: string): InvalidOutput => new InvalidOutput(spec.name, message, text, detail);
  let root: Json;
  try {
    root = output.mode === "text" ? await parseLoosely(text) : JSON.parse(text);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw invalid(`is not JSON: ${said}`, said);
  }
  return unwrapped(output, root, invalid);
}

/** A value from elsewhere than a model, held to what the agent is to give. Throws `InvalidOutput`. */
export async function heldTo(spec: AgentSpec, value: Json): Promise<Json> {
  const { output } = spec;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  if (output === undefined) return textOf(spec, text);
  const root = output.wrapped ? { value } : value;
  const invalid = (message: string, detail: string): InvalidOutput => new InvalidOutput(spec.name, message, text, detail);
  return unwrapped(output, root, invalid);
}

type Invalid = (message: string, detail: string) => InvalidOutput;

async function unwrapped(output: OutputSpec, root: Json, invalid: Invalid): Promise<Json> {
  const wrong = (await validatorOf(output.accepts))(root);
  if (wrong !== undefined) throw invalid(`does not fit its type: ${wrong}`, wrong);
  const inner = output.wrapped && typeof root === "object" && root !== null && !Array.isArray(root) ? (root as { readonly value?: Json }).value : root;
  const value = output.complete(inner ?? null);
  const broken = await output.ensure?.(value);
  if (broken !== undefined) throw invalid(`does not hold to \`ensure\`: ${broken}`, broken);
  return value;
}
