import type { Json, JsonObject, JsonSchema } from "../diagnostics/json.ts";
import type { Carry, Message, ModelRequest, ToolChoice, ToolSpec } from "./provider.ts";
import type { AgentSpec, Model } from "./spec.ts";

/** What of an agent a request says; a prompt is rendered from the same, with no agent run. */
export interface Asker extends Pick<AgentSpec, "name" | "output" | "toolChoice"> {
  readonly tools: readonly ToolSpec[];
}
export type AskedModel = Pick<Model, "provider" | "id" | "parameters" | "extra" | "refusedKeywords">;

/** What stays the same over the turns of one agent's run. */
export interface RequestFrame {
  readonly spec: Asker;
  readonly runId: string;
  readonly tools: readonly ToolSpec[];
}

export function requestFrame(spec: Asker, runId: string): RequestFrame {
  const tools: ToolSpec[] = spec.tools.map(({ name, description, parameters }) => ({
    name,
    ...(description === undefined ? {} : { description }),
    parameters,
  }));
  // The result tool: a name and a schema, no word more.
  if (spec.output?.mode === "tool") tools.push({ name: spec.name, parameters: spec.output.schema });
  return { spec, runId, tools };
}

export interface Turn {
  readonly path: string;
  readonly attempt: number;
  readonly messages: readonly Message[];
  /** A turn before this one called a tool. */
  readonly calledTools: boolean;
}

/** The request of one attempt at a turn. */
export function modelRequest({ spec, runId, tools }: RequestFrame, model: AskedModel, { path, attempt, messages, calledTools }: Turn): ModelRequest {
  const { output } = spec;
  // Only a vendor's own schema mode refuses keywords: parameters of tools, the result tool's too, go out whole.
  const schema = output?.mode === "native" ? acceptedSchema(output.schema, model.refusedKeywords) : undefined;
  return {
    model: model.id,
    messages: withOwnCarries(messages, model),
    tools,
    toolChoice: toolChoice(spec, calledTools),
    ...(schema === undefined || output === undefined ? {} : { output: { name: spec.name, schema, strict: output.strict && schema === output.schema } }),
    parameters: model.parameters,
    ...(model.extra === undefined ? {} : { extra: model.extra }),
    origin: {
      runId,
      agent: spec.name,
      path,
      attempt,
      outputMode: output?.mode ?? "text",
      ...(output === undefined ? {} : { resultSchema: output.schema, wrapped: output.wrapped }),
    },
  };
}

/** Marks what a reply carries with whom it is for. */
export function carryOf(data: Json, model: Pick<AskedModel, "provider" | "id">): Carry {
  return { by: `${model.provider}/${model.id}`, data };
}

/** Nobody is sent what another model's vendor signed or encrypted. The same list where nothing is to be left out. */
function withOwnCarries(messages: readonly Message[], { provider, id }: AskedModel): readonly Message[] {
  const by = `${provider}/${id}`;
  const isForeign = (message: Message): boolean => message.role === "assistant" && message.carry !== undefined && message.carry.by !== by;
  if (!messages.some(isForeign)) return messages;
  return messages.map((message) => {
    if (!isForeign(message) || message.role !== "assistant") return message;
    const { carry: _, ...plain } = message;
    return plain;
  });
}

/** `required` or a name holds until the first turn that called a tool; a result tool requires a call on every turn. */
function toolChoice({ output, toolChoice: written, tools }: Asker, calledTools: boolean): ToolChoice {
  if (output?.mode === "tool") return calledTools || typeof written === "string" ? "required" : written;
  if (tools.length === 0 || written === "none") return written;
  return calledTools ? "auto" : written;
}

const stripped = new WeakMap<JsonSchema, Map<string, JsonSchema>>();

/** The schema without the keywords that a vendor refuses; the same object where it has none of them. */
function acceptedSchema(schema: JsonSchema, refused: readonly string[]): JsonSchema {
  if (refused.length === 0) return schema;
  let known = stripped.get(schema);
  if (known === undefined) {
    known = new Map();
    stripped.set(schema, known);
  }
  const key = refused.join(" ");
  let result = known.get(key);
  if (result === undefined) {
    result = strip(schema, new Set(refused));
    known.set(key, result);
  }
  return result;
}

/** Keywords of which each entry is a schema under a name that is no keyword. */
const named = new Set(["properties", "patternProperties", "$defs"]);
/** Keywords whose value is data. */
const data = new Set(["enum", "const", "default", "examples", "required"]);

function strip(schema: JsonObject, refused: ReadonlySet<string>): JsonObject {
  let changed = false;
  const inner = (value: Json): Json => {
    if (Array.isArray(value)) {
      const items = value.map(inner);
      return items.some((item, index) => item !== value[index]) ? items : value;
    }
    return typeof value === "object" && value !== null ? strip(value as JsonObject, refused) : value;
  };
  const entries: [string, Json][] = [];
  for (const [key, value] of Object.entries(schema)) {
    if (refused.has(key)) {
      changed = true;
      continue;
    }
    let next = value;
    if (named.has(key) && typeof value === "object" && value !== null && !Array.isArray(value)) {
      const members = Object.entries(value).map(([name, member]): [string, Json] => [name, inner(member)]);
      if (members.some(([name, member]) => member !== (value as JsonObject)[name])) next = Object.fromEntries(members);
    } else if (!data.has(key)) next = inner(value);
    if (next !== value) changed = true;
    entries.push([key, next]);
  }
  return changed ? Object.fromEntries(entries) : schema;
}
