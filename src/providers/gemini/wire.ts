import type { ModelRequest, ToolChoice } from "../../agent/provider.ts";
import type { Usage } from "../../agent/usage.ts";
import type { Json, JsonObject } from "../../diagnostics/json.ts";
import { count, isObject } from "../common/json.ts";
import { otherTier } from "../common/tier.ts";
import { toContents, toSystem } from "./contents.ts";

/**
 * The request's body, the same for the Gemini API and for Vertex AI (https://ai.google.dev/api/generate-content#method:-models.generatecontent).
 * Almost everything stands inside `generationConfig`, so `extra` is merged object by object, as the package's own
 * `extraBody` is: at the top level alone, a `thinkingConfig` of the author's would throw out `max_tokens` and the schema.
 */
export function toBody(request: ModelRequest): JsonObject {
  const { parameters, output, tools } = request;
  const config: Record<string, Json> = {};
  if (parameters.max_tokens !== undefined) config["maxOutputTokens"] = parameters.max_tokens;
  if (parameters.temperature !== undefined) config["temperature"] = parameters.temperature;
  if (parameters.top_p !== undefined) config["topP"] = parameters.top_p;
  if (parameters.stop !== undefined) config["stopSequences"] = parameters.stop;
  if (parameters.seed !== undefined) config["seed"] = parameters.seed;
  // Models that do not think refuse `includeThoughts` too, so it goes along with a level only.
  if (parameters.reasoning !== undefined) config["thinkingConfig"] = { thinkingLevel: parameters.reasoning.toUpperCase(), includeThoughts: true };
  if (output !== undefined) {
    config["responseMimeType"] = "application/json";
    config["responseJsonSchema"] = output.schema;
  }

  const body: Record<string, Json> = { contents: toContents(request.messages, request.model) };
  const system = toSystem(request.messages);
  if (system !== undefined) body["systemInstruction"] = system;
  if (tools.length > 0) {
    body["tools"] = [
      {
        functionDeclarations: tools.map(({ name, description, parameters: schema }) => ({
          name,
          ...(description === undefined ? {} : { description }),
          parametersJsonSchema: schema,
        })),
      },
    ];
    // AUTO is what the API does by itself.
    if (request.toolChoice !== "auto") body["toolConfig"] = { functionCallingConfig: toCallingConfig(request.toolChoice) };
  }
  if (Object.keys(config).length > 0) body["generationConfig"] = config;
  return request.extra === undefined ? body : merged(body, request.extra);
}

function toCallingConfig(choice: ToolChoice): JsonObject {
  if (typeof choice === "object") return { mode: "ANY", allowedFunctionNames: [choice.tool] };
  return { mode: choice === "required" ? "ANY" : choice === "none" ? "NONE" : "AUTO" };
}

/** Objects within objects; every other value of `over`, lists too, stands in the place of what was there. */
function merged(under: JsonObject, over: JsonObject): JsonObject {
  const all: Record<string, Json> = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const before = all[key];
    all[key] = isPlain(before) && isPlain(value) ? merged(before, value) : value;
  }
  return all;
}

function isPlain(value: Json | undefined): value is JsonObject {
  return isObject(value);
}

const counters = ["promptTokenCount", "toolUsePromptTokenCount", "candidatesTokenCount", "thoughtsTokenCount"] as const;

/**
 * `UsageMetadata` as our one convention. `promptTokenCount` holds the cached tokens already; what tools of Google's own put
 * into the prompt (`toolUsePromptTokenCount`) and thinking (`thoughtsTokenCount`) are counted beside it and beside
 * `candidatesTokenCount`: the total is the sum of the four. Writing to the cache is not counted. Undefined where the object
 * has none of them (Vertex AI sends `trafficType` alone with the first events).
 */
export function toUsage(usage: unknown): Usage | undefined {
  if (!isObject(usage)) return undefined;
  const of = (key: string): number => count(usage[key]) ?? 0;
  if (!counters.some((key) => count(usage[key]) !== undefined)) return undefined;
  const input = of("promptTokenCount") + of("toolUsePromptTokenCount");
  const reasoning = of("thoughtsTokenCount");
  const output = of("candidatesTokenCount") + reasoning;
  return { input, cachedInput: of("cachedContentTokenCount"), cacheWrite: 0, output, reasoning };
}

/** The class of service, where it is not the usual one: `serviceTier` of the Gemini API, `trafficType` of Vertex AI (`ON_DEMAND_FLEX`). */
export function toTier(usage: unknown): string | undefined {
  if (!isObject(usage)) return undefined;
  return otherTier(usage["serviceTier"], usage["trafficType"])?.replace(/^on_demand_/, "");
}
