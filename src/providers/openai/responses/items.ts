import type { ContentPart, Message } from "../../../agent/provider.ts";
import type { Json, JsonObject } from "../../../diagnostics/json.ts";
import { isObject } from "../../common/json.ts";

/**
 * A reply is a list of items: reasoning, messages, calls. Whoever lets the vendor store nothing sends them all back as they
 * came and in their order, because reasoning belongs to what follows it: a reasoning item goes with its `id`, its
 * `encrypted_content` and its `summary`, be it empty (https://github.com/dotnet/extensions/issues/7628).
 */
export interface Carried {
  readonly items: readonly JsonObject[];
}

/** What of a finished reply has to come back with it, or undefined where it can be told from the message alone. */
export function carryOf(output: readonly JsonObject[]): Carried | undefined {
  const items = output.map(withoutNulls).filter((item) => item["type"] !== "reasoning" || isReplayable(item));
  if (!items.some((item) => !isPlain(item))) return undefined;
  // An id leads the vendor to look for the reasoning that it went with: without all of it, the others go without theirs.
  return { items: items.length === output.length ? items : items.map(({ id: _, ...item }) => item) };
}

/** Reasoning that was neither encrypted nor is open text lies at the vendor, where `store: false` keeps nothing. */
function isReplayable({ encrypted_content: encrypted, content }: JsonObject): boolean {
  return (typeof encrypted === "string" && encrypted !== "") || (Array.isArray(content) && content.length > 0);
}

function isPlain({ type, phase }: JsonObject): boolean {
  return type === "function_call" || (type === "message" && phase === undefined);
}

/** As input, the API refuses what it writes as null itself, and `status` of reasoning (https://github.com/BerriAI/litellm/issues/13420). */
function withoutNulls(item: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(item).filter(([key, value]) => value !== null && !(key === "status" && item["type"] === "reasoning")));
}

/** A message of ours as items of `input`. `toPart` maps a piece of it where it is more than text. */
export function itemsOf(message: Message, toPart: (part: ContentPart) => JsonObject): readonly JsonObject[] {
  switch (message.role) {
    case "tool":
      return [{ type: "function_call_output", call_id: message.callId, output: contentOf(message, toPart) }];
    case "assistant": {
      const carried = message.carry === undefined ? undefined : asCarried(message.carry.data);
      if (carried !== undefined && saysTheSame(carried.items, message)) return carried.items;
      const calls = (message.toolCalls ?? []).map(({ id, name, arguments: text }) => ({ type: "function_call", call_id: id, name, arguments: text }));
      return message.content === "" ? calls : [{ role: "assistant", content: message.content }, ...calls];
    }
    default:
      return [{ role: message.role, content: contentOf(message, toPart) }];
  }
}

/** Text goes as text: its marks of what to cache mean nothing to this vendor, who caches by rules of its own. */
function contentOf({ content, parts }: Exclude<Message, { role: "assistant" }>, toPart: (part: ContentPart) => JsonObject): Json {
  return parts?.some(({ type }) => type !== "text") ? parts.map(toPart) : content;
}

function asCarried(data: Json): Carried | undefined {
  const items = isObject(data) ? data["items"] : undefined;
  return Array.isArray(items) && items.every(isObject) ? { items: items as JsonObject[] } : undefined;
}

/** A hook may have changed the message since: then what was carried is no longer what was said. */
function saysTheSame(items: readonly JsonObject[], { content, toolCalls = [] }: Extract<Message, { role: "assistant" }>): boolean {
  const calls = items.filter(({ type }) => type === "function_call");
  return (
    items.map(textOf).join("") === content &&
    calls.length === toolCalls.length &&
    calls.every((item, index) => {
      const call = toolCalls[index];
      return item["call_id"] === call?.id && item["name"] === call?.name && item["arguments"] === call?.arguments;
    })
  );
}

/** What a message item says, as text; "" for anything else, and for what was said on the way to the answer (`phase`). */
export function textOf(item: Readonly<Record<string, unknown>>): string {
  const { type, phase, content } = item;
  if (type !== "message" || phase === "commentary" || !Array.isArray(content)) return "";
  return content.map((part: unknown) => (isObject(part) ? String(part["text"] ?? part["refusal"] ?? "") : "")).join("");
}
