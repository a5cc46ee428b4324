import type { Attachment, ContentPart, Message } from "../../agent/provider.ts";
import type { Json, JsonObject } from "../../diagnostics/json.ts";
import { isObject } from "../common/json.ts";
import { systemTexts } from "../common/system.ts";

type Part = JsonObject;
type Assistant = Extract<Message, { role: "assistant" }>;
type ToolResult = Extract<Message, { role: "tool" }>;

/** The system's texts in the place that the API has for them. Undefined where there is none. */
export function toSystem(messages: readonly Message[]): JsonObject | undefined {
  const parts = systemTexts(messages).flatMap(({ content, parts }) => (content === "" ? [] : toParts(content, parts)));
  return parts.length === 0 ? undefined : { parts };
}

/** Everything else. The results of one turn's calls stand in one content, or the API misses some of them. */
export function toContents(messages: readonly Message[], model: string): readonly JsonObject[] {
  const contents: JsonObject[] = [];
  const givenIds = new Set<Json>();
  let results: Part[] | undefined;
  for (const message of messages) {
    if (message.role === "system") continue;
    if (message.role === "tool") {
      if (results === undefined) {
        results = [];
        contents.push({ role: "user", parts: results });
      }
      results.push(toResponse(message, givenIds));
      continue;
    }
    results = undefined;
    if (message.role === "user") {
      contents.push({ role: "user", parts: toParts(message.content, message.parts) });
      continue;
    }
    const carried = carriedParts(message);
    for (const { functionCall } of carried ?? []) if (isObject(functionCall) && typeof functionCall["id"] === "string") givenIds.add(functionCall["id"]);
    const parts = carried ?? spokenParts(message, model);
    if (parts.length > 0) contents.push({ role: "model", parts });
  }
  return contents;
}

/** Vertex AI refuses an empty text ("has an empty text parameter"), which beside other parts says nothing. */
function toParts(content: string, parts: readonly ContentPart[] | undefined): Part[] {
  const all = (parts ?? []).flatMap((part) => (part.type !== "text" ? [toMedia(part)] : part.text === "" ? [] : [{ text: part.text }]));
  return all.length === 0 ? [{ text: content }] : all;
}

/** Bytes go along, an address is fetched by Google: a public one, one of its Files API, or `gs://…` on Vertex AI. */
function toMedia({ mediaType, url, data }: Attachment): Part {
  const type = mediaType === "" ? {} : { mimeType: mediaType };
  return url === undefined ? { inlineData: { ...type, data: data?.() ?? "" } } : { fileData: { ...type, fileUri: url } };
}

/** A reply's parts as they came: signatures count at the very part they came on, and not beside text that was put together. */
function carriedParts({ carry }: Assistant): readonly Part[] | undefined {
  return carry !== undefined && Array.isArray(carry.data) ? (carry.data as readonly Part[]) : undefined;
}

/**
 * From Gemini 3 on, a turn's first call without a signature is refused with a 400. A call that another model made has none;
 * this is what Google wants in its place (https://ai.google.dev/gemini-api/docs/thought-signatures, FAQ).
 */
const foreignSignature = "skip_thought_signature_validator";
const checksSignatures = /(^|\/)gemini-([3-9]|\d\d)/;

/** What another model said, or an author wrote. Ids are left out: only those of the API's own mean something to it. */
function spokenParts({ content, toolCalls = [] }: Assistant, model: string): Part[] {
  const calls = toolCalls.map(({ name, arguments: args }, index) => ({
    functionCall: { name, args: argumentsOf(args) },
    ...(index === 0 && checksSignatures.test(model) ? { thoughtSignature: foreignSignature } : {}),
  }));
  return content === "" ? calls : [{ text: content }, ...calls];
}

/** The API takes an object. Arguments that are none were another model's, and their result says what was wrong with them. */
function argumentsOf(text: string): JsonObject {
  const value = parsed(text);
  return isObject(value) ? (value as JsonObject) : {};
}

/**
 * `response` is an object. A result that is one goes as it is, so that an error keeps the key `error`, which the API knows;
 * any other stands under `output`, the API's own word for it (`FunctionResponse.response`).
 */
function toResponse({ callId, name, content, parts }: ToolResult, givenIds: ReadonlySet<Json>): Part {
  const media = (parts ?? []).flatMap((part) => (part.type === "text" ? [] : [toMedia(part)]));
  const value = parsed(content);
  // Only what reads back as it was written: a text with a number of twenty digits in it stays a text.
  const whole = typeof value === "object" && value !== null && JSON.stringify(value) === content ? value : content;
  return {
    functionResponse: {
      ...(givenIds.has(callId) ? { id: callId } : {}),
      name,
      response: isObject(whole) ? (whole as JsonObject) : { output: whole as Json },
      ...(media.length === 0 ? {} : { parts: media }),
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
