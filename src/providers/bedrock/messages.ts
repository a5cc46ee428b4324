import type { ContentPart, Message, TextPart, ToolCall } from "../../agent/provider.ts";
import type { Json, JsonObject } from "../../diagnostics/json.ts";
import { isObject } from "../common/json.ts";
import { systemTexts } from "../common/system.ts";
import { attachments, type ToAttachment } from "./attachments.ts";

const cachePoint: JsonObject = { cachePoint: { type: "default" } };

/** All system texts, in their order: Converse keeps them apart from the messages (`SystemContentBlock`). */
export function toSystem(messages: readonly Message[]): readonly JsonObject[] {
  const blocks = systemTexts(messages).flatMap(({ content, parts }) => toTexts(parts ?? [{ type: "text", text: content }]));
  return blocks.some(says) ? withoutBlanks(blocks) : [];
}

/**
 * The conversation as Converse has it (`Message`, `ContentBlock`): turns of the user and the assistant by turns, so that
 * neighbours of one role become one. The results of tools are the user's.
 */
export function toMessages(messages: readonly Message[]): JsonObject[] {
  const toAttachment = attachments();
  const turns: { readonly role: string; readonly content: JsonObject[] }[] = [];
  for (const message of messages) {
    if (message.role === "system") continue;
    const role = message.role === "assistant" ? "assistant" : "user";
    const content = toContent(message, toAttachment);
    // The model said nothing, which goes back to no model.
    if (role === "assistant" && !content.some(says)) continue;
    const last = turns.at(-1);
    if (last?.role === role) last.content.push(...content);
    else turns.push({ role, content });
  }
  return turns.map(({ role, content }) => ({ role, content: withoutBlanks(content) }));
}

/** A text of nothing but blanks is refused, and beside other content it says nothing. */
function withoutBlanks(content: readonly JsonObject[]): readonly JsonObject[] {
  return content.some(says) ? content.filter((block) => !isBlank(block)) : content;
}

function isBlank(block: JsonObject): boolean {
  return typeof block["text"] === "string" && block["text"].trim() === "";
}

function says(block: JsonObject): boolean {
  return !isBlank(block) && !("cachePoint" in block);
}

function toContent(message: Exclude<Message, { readonly role: "system" }>, toAttachment: ToAttachment): JsonObject[] {
  if (message.role === "assistant") return toReply(message);
  if (message.role === "user") return toBlocks(message.parts ?? [{ type: "text", text: message.content }], toAttachment);
  const blocks = toBlocks(message.parts ?? [{ type: "text", text: message.content }], toAttachment);
  // A result holds no cache point (`ToolResultContentBlock`): it stands behind it.
  const content = blocks.filter((block) => block !== cachePoint);
  return [{ toolResult: { toolUseId: toolUseId(message.callId), content } }, ...(content.length < blocks.length ? [cachePoint] : [])];
}

function toBlocks(parts: readonly ContentPart[], toAttachment: ToAttachment): JsonObject[] {
  return parts.flatMap((part) => (part.type === "text" ? toTexts([part]) : [toAttachment(part)]));
}

function toTexts(parts: readonly TextPart[]): JsonObject[] {
  return parts.flatMap(({ text, cache }) => (cache === true ? [{ text }, cachePoint] : [{ text }]));
}

/** With signed thinking the blocks go back as they came, in their order: `carryOf` of `reply.ts` says what is kept of them. */
function toReply(message: Extract<Message, { readonly role: "assistant" }>): JsonObject[] {
  const { content, toolCalls = [], carry } = message;
  const kept = Array.isArray(carry?.data) ? carry.data : [];
  if (kept.length === 0) return [{ text: content }, ...toolCalls.map(toToolUse)];
  const calls = new Map(toolCalls.map((call) => [call.id, call]));
  const blocks = kept.flatMap((block: Json): JsonObject[] => {
    if (!isObject(block)) return [];
    const id = block["toolUse"];
    if (typeof id !== "string") return [block as JsonObject];
    const call = calls.get(id);
    calls.delete(id);
    return call === undefined ? [] : [toToolUse(call)];
  });
  return [...blocks, ...[...calls.values()].map(toToolUse)];
}

function toToolUse({ id, name, arguments: text }: ToolCall): JsonObject {
  return { toolUse: { toolUseId: toolUseId(id), name, input: toInput(text) } };
}

/** Converse takes an object and nothing else; arguments that are none were answered with what is wrong with them. */
function toInput(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? (value as JsonObject) : {};
  } catch {
    return {};
  }
}

/** Another vendor's ids may hold signs that Converse refuses (pattern `[a-zA-Z0-9_-]+`, 64 characters). */
function toolUseId(id: string): string {
  return id.replace(/[^\w-]/g, "_").slice(0, 64);
}
