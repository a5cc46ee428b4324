import type { Attachment, ContentPart, Message } from "../../agent/provider.ts";
import type { Json } from "../../diagnostics/json.ts";
import { carriedBlocks } from "./carry.ts";

/** A content block while it is put together. */
export type Block = Record<string, Json>;

/** How many marks the API takes in one request; a fifth is answered with a 400 (guide to prompt caching). */
const mostMarks = 4;

/** A run of messages of one role. All results of tools stand first in it: the API takes them nowhere else. */
interface Turn {
  readonly role: "user" | "assistant" | "system";
  readonly results: Block[];
  readonly blocks: Block[];
}

/**
 * The conversation as the API has it: the system texts that it begins with in a field of their own, later ones in their
 * place, messages of one role in a row as one, results of tools as blocks of the user's. `ownMarks`: how many of the marks `extra` uses up.
 */
export function toConversation(messages: readonly Message[], ownMarks = 0): { readonly system?: Json; readonly messages: Json } {
  const system: Block[] = [];
  const turns: Turn[] = [];
  for (const message of messages) {
    if (message.role === "system") {
      const blocks = partBlocks(message.parts ?? [{ type: "text", text: message.content }]);
      if (turns.length === 0) system.push(...blocks);
      else if (blocks.length > 0) turnOf("system", turns).blocks.push(...blocks);
    } else if (message.role === "user") turnOf("user", turns).blocks.push(...partBlocks(message.parts ?? [{ type: "text", text: message.content }]));
    else if (message.role === "tool") turnOf("user", turns).results.push(resultBlock(message));
    else {
      const blocks = assistantBlocks(message);
      // A message of the assistant without content is refused.
      if (blocks.length > 0) turnOf("assistant", turns).blocks.push(...blocks);
    }
  }
  limitMarks([...system, ...turns.flatMap(({ results, blocks }) => [...results, ...blocks])], mostMarks - ownMarks);
  return {
    ...(system.length === 0 ? {} : { system: content(system) }),
    messages: turns.map(({ role, results, blocks }) => ({ role, content: content([...results, ...blocks]) })),
  };
}

function turnOf(role: Turn["role"], turns: Turn[]): Turn {
  const last = turns.at(-1);
  if (last?.role === role) return last;
  const turn: Turn = { role, results: [], blocks: [] };
  turns.push(turn);
  return turn;
}

/** A text by itself is written as a string. */
function content(blocks: readonly Block[]): Json {
  const [first] = blocks;
  if (first === undefined) return "";
  return blocks.length === 1 && first["type"] === "text" && first["cache_control"] === undefined ? (first["text"] ?? "") : blocks;
}

/** Texts up to a mark or an attachment are one block. A block that is nothing but white space is refused, so none is made. */
function partBlocks(parts: readonly ContentPart[]): Block[] {
  const blocks: Block[] = [];
  let text = "";
  const end = (marked: boolean): void => {
    if (text.trim() !== "") blocks.push({ type: "text", text });
    text = "";
    const last = blocks.at(-1);
    if (marked && last !== undefined) last["cache_control"] = { type: "ephemeral" };
  };
  for (const part of parts) {
    if (part.type === "text") {
      text += part.text;
      if (part.cache) end(true);
    } else {
      end(false);
      blocks.push(attachmentBlock(part));
    }
  }
  end(false);
  return blocks;
}

function attachmentBlock({ type, mediaType, name, url, data }: Attachment): Block {
  const bytes = data?.() ?? "";
  const source: Json =
    url !== undefined
      ? { type: "url", url }
      : type === "file" && isText(mediaType)
        ? { type: "text", media_type: "text/plain", data: decoded(bytes) }
        : { type: "base64", media_type: mediaType, data: bytes };
  return type === "image" ? { type, source } : { type: "document", source, ...(name === undefined ? {} : { title: name }) };
}

/** What is sent as a text, under the one media type that the API has for texts. */
function isText(mediaType: string): boolean {
  return /^text\/|[/+](json|xml|yaml|toml|javascript|typescript)\b/.test(mediaType);
}

function decoded(base64: string): string {
  return new TextDecoder().decode(Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)));
}

function resultBlock({ callId, content: text, parts }: Extract<Message, { role: "tool" }>): Block {
  const inner = parts === undefined ? text : content(partBlocks(parts));
  // A result may say nothing, but not in blanks.
  const blank = typeof inner === "string" && inner.trim() === "";
  return { type: "tool_result", tool_use_id: callId, ...(blank ? {} : { content: inner }) };
}

function assistantBlocks(message: Extract<Message, { role: "assistant" }>): Block[] {
  const text: Block[] = message.content.trim() === "" ? [] : [{ type: "text", text: message.content }];
  const calls = (message.toolCalls ?? []).map((call): Block => ({ type: "tool_use", id: call.id, name: call.name, input: toInput(call.arguments) }));
  return message.carry === undefined ? [...text, ...calls] : carriedBlocks(message.carry.data, message.content, calls);
}

/**
 * A call's arguments as the object that the API wants. What is no JSON goes back under the key that its guide gives for it
 * (fine-grained tool streaming, "Handling invalid JSON in tool responses").
 */
function toInput(text: string): Json {
  if (text.trim() === "") return {};
  try {
    const value = JSON.parse(text) as Json;
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Below.
  }
  return { INVALID_JSON: text };
}

/** Of more marks than `most`, the first stays, for what other conversations share, and the last ones, for what this one said so far. */
function limitMarks(blocks: readonly Block[], most: number): void {
  const marked = blocks.filter((block) => "cache_control" in block);
  for (const block of marked.slice(1, Math.max(1, marked.length - (most - 1)))) delete block["cache_control"];
}
