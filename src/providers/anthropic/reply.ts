import type { FinishChunk, FinishReason, ModelChunk } from "../../agent/provider.ts";
import { tokensOfBytes, utf8Length } from "../../agent/tokens.ts";
import type { Usage } from "../../agent/usage.ts";
import type { Json } from "../../diagnostics/json.ts";
import { isObject } from "../common/json.ts";
import { toCarry } from "./carry.ts";
import type { Block } from "./messages.ts";
import { addCounts, type Counted, toFinishReason, toTier, toUsage } from "./wire.ts";

type Fields = Readonly<Record<string, unknown>>;

/** A content block as far as it has arrived: `block` as it began, and what its deltas added. */
interface Arriving {
  readonly block: Block;
  text: string;
  json: string;
  signature: string;
  /** Of a call: its place among the calls of the reply. */
  readonly call: number;
}

/**
 * Turns the events of one reply into our chunks. Source: `RawMessageStreamEvent` of the `@anthropic-ai/sdk` package 1.14,
 * and https://platform.claude.com/docs/en/build-with-claude/streaming. A reply that came whole (a server that ignores
 * `stream`) is read by the same rules. Kinds of events, blocks and deltas that are not known are passed over.
 */
export class ReplyReader {
  #counted: Counted = {};
  #reason: FinishReason | undefined;
  #id: string | undefined;
  #model: string | undefined;
  #tier: string | undefined;
  readonly #blocks: (Arriving | undefined)[] = [];
  #calls = 0;
  #over = false;
  #contextFull = false;

  /** Nothing more is to come. */
  get over(): boolean {
    return this.#over;
  }

  /** The reply ended because the model's context was full. */
  get contextFull(): boolean {
    return this.#contextFull;
  }

  /**
   * What was reported so far; a stream that breaks takes it along. The first event knows the input, but its figure for the
   * output says nothing yet: until the last one, what arrived counts.
   */
  get usage(): Usage | undefined {
    const usage = toUsage(this.#counted);
    if (usage === undefined || this.#reason !== undefined) return usage;
    const arrived = this.#blocks.reduce((bytes, block) => bytes + (block === undefined ? 0 : utf8Length(block.text) + utf8Length(block.json)), 0);
    const output = tokensOfBytes(arrived);
    return output > usage.output ? { ...usage, output, estimated: true } : usage;
  }

  /** Appends the chunks of one event to `out`. An event of another shape gives none. */
  read(event: unknown, out: ModelChunk[]): void {
    if (!isObject(event)) return;
    const index = typeof event["index"] === "number" ? event["index"] : 0;
    switch (event["type"]) {
      case "content_block_delta":
        this.#delta(this.#blocks[index], event["delta"], out);
        return;
      case "content_block_start":
        this.#start(index, event["content_block"], out);
        return;
      case "content_block_stop":
        this.#stop(this.#blocks[index], out);
        return;
      case "message_start":
        this.#head(event["message"]);
        return;
      case "message_delta":
        this.#count(event["usage"]);
        if (isObject(event["delta"])) this.#end(event["delta"], out);
        return;
      case "message_stop":
        this.#over = true;
        return;
      case "ping":
        // All that comes while a model thinks unseen, which may take minutes.
        out.push({ type: "alive" });
        return;
      case "message":
        this.#whole(event, out);
        return;
      default:
    }
  }

  /** The last chunk, or undefined where the reply never said that it was over. */
  finish(): FinishChunk | undefined {
    if (this.#reason === undefined && !this.#over) return undefined;
    const { usage } = this;
    const carry = toCarry(this.#blocks.flatMap((block) => (block === undefined ? [] : [asItCame(block)])));
    return {
      type: "finish",
      reason: this.#reason ?? "other",
      ...(usage === undefined ? {} : { usage }),
      ...(this.#id === undefined ? {} : { responseId: this.#id }),
      ...(this.#model === undefined ? {} : { responseModel: this.#model }),
      ...(this.#tier === undefined ? {} : { tier: this.#tier }),
      ...(carry === undefined ? {} : { carry }),
    };
  }

  #head(message: unknown): void {
    if (!isObject(message)) return;
    if (typeof message["id"] === "string" && message["id"] !== "") this.#id = message["id"];
    if (typeof message["model"] === "string" && message["model"] !== "") this.#model = message["model"];
    this.#count(message["usage"]);
  }

  #count(usage: unknown): void {
    this.#counted = addCounts(this.#counted, usage);
    this.#tier = toTier(usage) ?? this.#tier;
  }

  #whole(message: Fields, out: ModelChunk[]): void {
    this.#head(message);
    for (const [index, block] of (Array.isArray(message["content"]) ? message["content"] : []).entries()) {
      this.#start(index, block, out);
      this.#stop(this.#blocks[index], out);
    }
    this.#end(message, out);
  }

  #start(index: number, block: unknown, out: ModelChunk[]): void {
    if (!isObject(block)) return;
    const { type, id, name } = block;
    const isCall = type === "tool_use";
    const arriving: Arriving = { block: block as Block, text: "", json: "", signature: "", call: isCall ? this.#calls++ : -1 };
    this.#blocks[index] = arriving;
    if (isCall) {
      const known = typeof id === "string" && id !== "" ? { id } : {};
      out.push({ type: "tool_call", index: arriving.call, ...known, name: typeof name === "string" ? name : "", arguments: "" });
    } else if (type === "text") this.#text(arriving, block["text"], out);
    else if (type === "thinking") this.#thinking(arriving, block["thinking"], out);
  }

  #delta(arriving: Arriving | undefined, delta: unknown, out: ModelChunk[]): void {
    if (arriving === undefined || !isObject(delta)) return;
    if (delta["type"] === "text_delta") this.#text(arriving, delta["text"], out);
    else if (delta["type"] === "thinking_delta") this.#thinking(arriving, delta["thinking"], out);
    else if (delta["type"] === "signature_delta" && typeof delta["signature"] === "string") arriving.signature = delta["signature"];
    else if (delta["type"] === "input_json_delta" && typeof delta["partial_json"] === "string" && delta["partial_json"] !== "") {
      arriving.json += delta["partial_json"];
      if (arriving.call >= 0) out.push({ type: "tool_call", index: arriving.call, arguments: delta["partial_json"] });
    }
  }

  /** A call without arguments has no deltas, and some servers send arguments with the block itself. */
  #stop(arriving: Arriving | undefined, out: ModelChunk[]): void {
    if (arriving === undefined || arriving.call < 0 || arriving.json !== "") return;
    arriving.json = JSON.stringify(arriving.block["input"] ?? {});
    out.push({ type: "tool_call", index: arriving.call, arguments: arriving.json });
  }

  #text(arriving: Arriving, text: unknown, out: ModelChunk[]): void {
    if (typeof text !== "string" || text === "") return;
    arriving.text += text;
    out.push({ type: "text", text });
  }

  #thinking(arriving: Arriving, text: unknown, out: ModelChunk[]): void {
    if (typeof text !== "string" || text === "") return;
    arriving.text += text;
    out.push({ type: "reasoning", text });
  }

  #end(last: Fields, out: ModelChunk[]): void {
    const reason = last["stop_reason"];
    if (typeof reason !== "string") return;
    this.#reason = toFinishReason(reason);
    this.#contextFull = reason === "model_context_window_exceeded";
    const details = last["stop_details"];
    // Why the vendor refused stands beside the reply, which is usually empty then.
    if (this.#reason !== "refusal" || !isObject(details) || typeof details["explanation"] !== "string") return;
    if (!this.#blocks.some((block) => block?.block["type"] === "text" && block.text !== "")) out.push({ type: "text", text: details["explanation"] });
  }
}

/** A block as a reply that came whole would have it. */
function asItCame({ block, text, json, signature }: Arriving): Block {
  if (block["type"] === "text") return { ...block, text };
  if (block["type"] === "thinking") return { ...block, thinking: text, ...(signature === "" ? {} : { signature }) };
  return json === "" || block["type"] === "tool_use" ? block : { ...block, input: parsed(json) };
}

function parsed(json: string): Json {
  try {
    return JSON.parse(json) as Json;
  } catch {
    return {};
  }
}
