import type { FinishChunk, FinishReason, ModelChunk } from "../../../agent/provider.ts";
import type { Usage } from "../../../agent/usage.ts";
import type { JsonObject } from "../../../diagnostics/json.ts";
import { isObject } from "../../common/json.ts";
import { otherTier } from "../../common/tier.ts";
import { type OpenAIContext, streamError } from "../errors.ts";
import type { Reader } from "../reply-stream.ts";
import { carryOf } from "./items.ts";
import { toIncompleteReason, toResponsesUsage } from "./wire.ts";

type Event = Readonly<Record<string, unknown>>;

/** One item of the reply that is being read. */
interface Item {
  /** Pieces of it have been given: what comes whole at its end was said already. */
  streamed: boolean;
  /** Of a call: its place among the calls. */
  readonly call?: number;
  /** What is said on the way to the answer, and is no part of it. */
  readonly aside: boolean;
  done?: JsonObject;
}

/**
 * Turns the events of a Responses stream into our chunks. Source: `ResponseStreamEvent` of the `openai` package 7.57
 * (https://platform.openai.com/docs/api-reference/responses-streaming). Events that it does not know give nothing: those of
 * the vendor's own tools, which `extra` may bring in, and those to come. A reply that came whole is read by the same rules.
 */
export class ResponseReader implements Reader {
  readonly what = "response";
  readonly #context: OpenAIContext;
  /** By `output_index`. */
  readonly #items = new Map<number, Item>();
  #calls = 0;
  #refused = false;
  #reason: FinishReason | undefined;
  #usage: Usage | undefined;
  #id: string | undefined;
  #model: string | undefined;
  #tier: string | undefined;

  constructor(context: OpenAIContext) {
    this.#context = context;
  }

  get usage(): Usage | undefined {
    return this.#usage;
  }

  read(event: unknown, out: ModelChunk[]): boolean {
    if (!isObject(event)) return false;
    const { type, delta } = event;
    switch (type) {
      case "response.output_text.delta":
        this.#say(indexOf(event), "message", delta, out);
        return false;
      case "response.refusal.delta":
        this.#refused = true;
        this.#say(indexOf(event), "message", delta, out);
        return false;
      case "response.reasoning_summary_text.delta":
      case "response.reasoning_text.delta":
        this.#say(indexOf(event), "reasoning", delta, out);
        return false;
      case "response.reasoning_summary_part.added":
        // Parts of a summary are paragraphs.
        if (typeof event["summary_index"] === "number" && event["summary_index"] > 0) out.push({ type: "reasoning", text: "\n\n" });
        return false;
      case "response.function_call_arguments.delta":
        this.#call(indexOf(event), delta, out);
        return false;
      case "response.function_call_arguments.done":
        if (this.#items.get(indexOf(event))?.streamed === false) this.#call(indexOf(event), event["arguments"], out);
        return false;
      case "response.output_item.added":
        if (isObject(event["item"])) this.#begin(indexOf(event), event["item"], out);
        return false;
      case "response.output_item.done":
        if (isObject(event["item"])) this.#end(indexOf(event), event["item"], out);
        return false;
      case "error":
        throw streamError(event, this.#context, this.#usage);
      default:
        return type === undefined ? this.#response(event, "", out) : this.#response(event["response"], String(type), out);
    }
  }

  finish(): FinishChunk | undefined {
    if (this.#reason === undefined) return undefined;
    const carry = this.#reason === "stop" ? carryOf(this.#done()) : undefined;
    return {
      type: "finish",
      reason: this.#refused ? "refusal" : this.#reason === "stop" && this.#calls > 0 ? "tool_calls" : this.#reason,
      ...(this.#usage === undefined ? {} : { usage: this.#usage }),
      ...(this.#id === undefined ? {} : { responseId: this.#id }),
      ...(this.#model === undefined ? {} : { responseModel: this.#model }),
      ...(this.#tier === undefined ? {} : { tier: this.#tier }),
      ...(carry === undefined ? {} : { carry: { items: carry.items } }),
    };
  }

  /** The response itself, which several events hold as far as it has come; it is over when its `status` says so. */
  #response(response: unknown, type: string, out: ModelChunk[]): boolean {
    if (!isObject(response)) return false;
    if (typeof response["id"] === "string" && response["id"] !== "") this.#id = response["id"];
    if (typeof response["model"] === "string" && response["model"] !== "") this.#model = response["model"];
    // The first word is what was asked for, the last what it was served as.
    if (typeof response["service_tier"] === "string") this.#tier = otherTier(response["service_tier"]);
    this.#usage = toResponsesUsage(response["usage"]) ?? this.#usage;
    const { status = type.slice("response.".length), output } = response;
    if (status === "failed") throw streamError(response["error"] ?? "", this.#context, this.#usage);
    if (status !== "completed" && status !== "incomplete") return false;
    if (Array.isArray(output)) for (const [index, item] of output.entries()) if (isObject(item)) this.#end(index, item, out);
    this.#reason = status === "completed" ? "stop" : toIncompleteReason(response["incomplete_details"]);
    return true;
  }

  /** The item of this index, which begins here where no event announced it. */
  #begin(index: number, item: Event, out: ModelChunk[]): Item {
    const known = this.#items.get(index);
    if (known !== undefined) return known;
    const isCall = item["type"] === "function_call";
    const begun: Item = { streamed: false, aside: item["phase"] === "commentary", ...(isCall ? { call: this.#calls++ } : {}) };
    this.#items.set(index, begun);
    if (begun.call !== undefined) {
      const { call_id: id, id: own, name } = item;
      out.push({ type: "tool_call", index: begun.call, id: String(id ?? own ?? `call_${begun.call}`), name: String(name ?? ""), arguments: "" });
    }
    return begun;
  }

  /** An item that is whole. What of it did not come in pieces comes now. */
  #end(index: number, item: Event, out: ModelChunk[]): void {
    const known = this.#begin(index, item, out);
    if (known.done !== undefined) return;
    known.done = item as JsonObject;
    if (known.streamed) return;
    if (known.call !== undefined) this.#call(index, item["arguments"], out);
    else if (item["type"] === "reasoning") {
      const parts = [item["summary"], item["content"]].flatMap((list) => (Array.isArray(list) ? list : [])).filter(isObject);
      this.#say(index, "reasoning", parts.map((part) => String(part["text"] ?? "")).join("\n\n"), out);
    } else if (item["type"] === "message" && Array.isArray(item["content"])) {
      for (const part of item["content"].filter(isObject)) {
        if (part["type"] === "refusal") this.#refused = true;
        this.#say(index, "message", part["text"] ?? part["refusal"], out);
      }
    }
  }

  #say(index: number, type: "message" | "reasoning", text: unknown, out: ModelChunk[]): void {
    if (typeof text !== "string" || text === "") return;
    const item = this.#begin(index, { type }, out);
    item.streamed = true;
    out.push({ type: type === "reasoning" || item.aside ? "reasoning" : "text", text });
  }

  #call(index: number, text: unknown, out: ModelChunk[]): void {
    const item = this.#items.get(index);
    if (typeof text !== "string" || text === "" || item?.call === undefined) return;
    item.streamed = true;
    out.push({ type: "tool_call", index: item.call, arguments: text });
  }

  #done(): JsonObject[] {
    const inOrder = [...this.#items].sort(([a], [b]) => a - b);
    return inOrder.map(([, { done }]) => done).filter((item) => item !== undefined);
  }
}

function indexOf(event: Event): number {
  return typeof event["output_index"] === "number" ? event["output_index"] : 0;
}
