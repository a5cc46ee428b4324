import type { FinishChunk, FinishReason, ModelChunk } from "../../agent/provider.ts";
import type { Usage } from "../../agent/usage.ts";
import type { Json } from "../../diagnostics/json.ts";
import type { Refusal } from "../common/failure.ts";
import { isObject } from "../common/json.ts";
import { toFinishReason, toTier, toUsage } from "./wire.ts";

type Fields = Readonly<Record<string, unknown>>;

/** A block of the reply as far as it is to go back: see `carryOf`. */
interface Block {
  /** Its place among the calls of the reply. */
  readonly call?: number;
  readonly callId?: string;
  text: string;
  reasoning: string;
  signature: string;
  /** Encrypted thinking, in base64, a piece for each event. */
  readonly redacted: string[];
}

/**
 * Turns the events of one reply into our chunks. Source: `ConverseStreamOutput` and `ConverseResponse` of
 * `@aws-sdk/client-bedrock-runtime` 3.1164. A reply that came whole is read by the same rules, block by block.
 */
export class ReplyReader {
  #reason: FinishReason | undefined;
  #failure: Refusal | undefined;
  #usage: Usage | undefined;
  #metadata = false;
  #model: string | undefined;
  #tier: string | undefined;
  #calls = 0;
  readonly #blocks = new Map<number, Block>();

  /** What was reported so far; a stream that breaks takes it along. */
  get usage(): Usage | undefined {
    return this.#usage;
  }

  /** Nothing more will come: the usage follows the reply's end. */
  get whole(): boolean {
    return this.#reason !== undefined && this.#metadata;
  }

  /** Appends the chunks of one event to `out`. Events of other types, or of another shape, give none. */
  read(type: string, event: unknown, out: ModelChunk[]): void {
    if (!isObject(event)) return;
    const index = typeof event["contentBlockIndex"] === "number" ? event["contentBlockIndex"] : 0;
    if (type === "contentBlockDelta" && isObject(event["delta"])) this.#delta(index, event["delta"], out);
    else if (type === "contentBlockStart" && isObject(event["start"])) this.#start(index, event["start"], out);
    else if (type === "messageStop") this.#stop(event);
    else if (type === "metadata") this.#end(event);
  }

  /** Appends the chunks of a whole reply; false where it is none. */
  readWhole(reply: unknown, out: ModelChunk[]): boolean {
    const message = isObject(reply) && isObject(reply["output"]) ? reply["output"]["message"] : undefined;
    if (!isObject(reply) || !isObject(message) || typeof reply["stopReason"] !== "string") return false;
    const content: readonly unknown[] = Array.isArray(message["content"]) ? message["content"] : [];
    for (const [index, block] of content.entries()) if (isObject(block)) this.#block(index, block, out);
    this.#stop(reply);
    this.#end(reply);
    return true;
  }

  /** Why what was said is no answer although the reply is whole. */
  get failure(): Refusal | undefined {
    return this.#failure;
  }

  /** The last chunk, or undefined where the reply never said that it was over. */
  finish(responseId: string | null): FinishChunk | undefined {
    if (this.#reason === undefined) return undefined;
    const carry = this.#carry();
    return {
      type: "finish",
      reason: this.#reason,
      ...(this.#usage === undefined ? {} : { usage: this.#usage }),
      ...(responseId === null ? {} : { responseId }),
      ...(this.#model === undefined ? {} : { responseModel: this.#model }),
      ...(this.#tier === undefined ? {} : { tier: this.#tier }),
      ...(carry === undefined ? {} : { carry }),
    };
  }

  #start(index: number, start: Fields, out: ModelChunk[]): void {
    const tool = start["toolUse"];
    // A tool of the vendor's own runs there, and its result is in the reply already.
    if (!isObject(tool) || tool["type"] === "server_tool_use") return;
    const id = typeof tool["toolUseId"] === "string" ? tool["toolUseId"] : undefined;
    const name = typeof tool["name"] === "string" ? tool["name"] : "";
    const call = this.#calls++;
    this.#blocks.set(index, { ...emptyBlock(), call, ...(id === undefined ? {} : { callId: id }) });
    out.push({ type: "tool_call", index: call, ...(id === undefined ? {} : { id }), name, arguments: "" });
  }

  #delta(index: number, delta: Fields, out: ModelChunk[]): void {
    const { text, toolUse, reasoningContent } = delta as { readonly text?: unknown; readonly toolUse?: unknown; readonly reasoningContent?: unknown };
    const block = this.#blockAt(index);
    if (typeof text === "string" && text !== "") {
      block.text += text;
      out.push({ type: "text", text });
    }
    const input = isObject(toolUse) ? toolUse["input"] : undefined;
    if (block.call !== undefined && typeof input === "string" && input !== "") out.push({ type: "tool_call", index: block.call, arguments: input });
    if (isObject(reasoningContent)) this.#reasoning(block, reasoningContent, out);
  }

  #reasoning(block: Block, content: Fields, out: ModelChunk[]): void {
    const { text, signature, redactedContent } = content as { readonly text?: unknown; readonly signature?: unknown; readonly redactedContent?: unknown };
    if (typeof text === "string" && text !== "") {
      block.reasoning += text;
      out.push({ type: "reasoning", text });
    }
    if (typeof signature === "string") block.signature += signature;
    if (typeof redactedContent === "string") block.redacted.push(redactedContent);
  }

  /** A block of a whole reply. */
  #block(index: number, block: Fields, out: ModelChunk[]): void {
    const { toolUse, reasoningContent } = block as { readonly toolUse?: unknown; readonly reasoningContent?: unknown };
    if (isObject(toolUse)) {
      this.#start(index, block, out);
      this.#delta(index, { toolUse: { input: JSON.stringify(toolUse["input"] ?? {}) } }, out);
    } else if (isObject(reasoningContent) && isObject(reasoningContent["reasoningText"])) {
      this.#delta(index, { reasoningContent: reasoningContent["reasoningText"] }, out);
    } else this.#delta(index, block, out);
  }

  #stop(event: Fields): void {
    const reason = event["stopReason"];
    if (typeof reason !== "string") return;
    this.#reason = toFinishReason(reason);
    if (reason === "model_context_window_exceeded") {
      this.#failure = { errorClass: "context_length", said: "The reply was cut off because the model's context is full." };
    }
    // The model wrote something that cannot be read; it may do better when asked again.
    if (/^malformed_/.test(reason)) this.#failure = { errorClass: "server_error", said: `The reply ended with ${reason}.` };
  }

  #end(event: Fields): void {
    this.#metadata = true;
    this.#usage = toUsage(event["usage"]) ?? this.#usage;
    this.#tier = toTier(event);
    const router = isObject(event["trace"]) ? event["trace"]["promptRouter"] : undefined;
    if (isObject(router) && typeof router["invokedModelId"] === "string") this.#model = router["invokedModelId"];
  }

  #blockAt(index: number): Block {
    let block = this.#blocks.get(index);
    if (block === undefined) {
      block = emptyBlock();
      this.#blocks.set(index, block);
    }
    return block;
  }

  /**
   * Thinking that the vendor signed or encrypted has to come back unchanged and in its place, so the order of all blocks is
   * kept: `{ reasoningContent }` and `{ text }` as Converse takes them, calls by their id. Without it nothing is kept:
   * some vendors refuse thinking that nobody signed.
   */
  #carry(): Json | undefined {
    const blocks = [...this.#blocks.entries()].sort(([a], [b]) => a - b).map(([, block]) => block);
    if (!blocks.some(({ signature, redacted }) => signature !== "" || redacted.length > 0)) return undefined;
    return blocks.flatMap((block): Json[] => {
      if (block.callId !== undefined) return [{ toolUse: block.callId }];
      if (block.redacted.length > 0) return [{ reasoningContent: { redactedContent: joinBase64(block.redacted) } }];
      if (block.signature !== "") return [{ reasoningContent: { reasoningText: { text: block.reasoning, signature: block.signature } } }];
      return block.text === "" ? [] : [{ text: block.text }];
    });
  }
}

function emptyBlock(): Block {
  return { text: "", reasoning: "", signature: "", redacted: [] };
}

function joinBase64(pieces: readonly string[]): string {
  return pieces.length === 1 ? (pieces[0] ?? "") : btoa(pieces.map((piece) => atob(piece)).join(""));
}
