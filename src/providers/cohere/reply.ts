import type { FinishChunk, ModelChunk } from "../../agent/provider.ts";
import type { Usage } from "../../agent/usage.ts";
import type { JsonObject } from "../../diagnostics/json.ts";
import { isObject } from "../common/json.ts";
import { toFinishReason, toUsage } from "./wire.ts";

type Fields = Readonly<Record<string, unknown>>;

/**
 * Turns the events of one reply into our chunks. Source: `V2ChatStreamResponse` of the `cohere-ai` package 8.1. The plan that
 * a model makes before it calls tools is thinking: it is shown, and comes back with the calls. Citations are no part of it.
 */
export class ReplyReader {
  #reason: string | undefined;
  #error: string | undefined;
  #usage: Usage | undefined;
  #id: string | undefined;
  #thinking = "";
  #plan = "";
  /** The vendor's index of each call, in order: behind a block of thinking they begin at 1. */
  readonly #calls: unknown[] = [];

  /** What was reported so far; a stream that breaks takes it along. */
  get usage(): Usage | undefined {
    return this.#usage;
  }

  /** Why the reply ended in the vendor's word, and what it says went wrong. */
  get end(): { readonly reason: string; readonly error: string | undefined } | undefined {
    return this.#reason === undefined ? undefined : { reason: this.#reason, error: this.#error };
  }

  /** Appends the chunks of one event to `out`. True: it was the last. */
  read(event: Fields, out: ModelChunk[]): boolean {
    const delta = isObject(event["delta"]) ? event["delta"] : {};
    const message = isObject(delta["message"]) ? delta["message"] : {};
    switch (event["type"]) {
      case "message-start":
        if (typeof event["id"] === "string") this.#id = event["id"];
        return false;
      case "content-start":
      case "content-delta":
        this.#content(message["content"], out);
        return false;
      case "tool-plan-delta":
        this.#plan += this.#reasoning(message["tool_plan"], out);
        return false;
      case "tool-call-start":
      case "tool-call-delta":
        this.#call(event["index"], message["tool_calls"], out);
        return false;
      case "message-end":
        this.#usage = toUsage(delta["usage"]);
        this.#reason = typeof delta["finish_reason"] === "string" ? delta["finish_reason"] : "";
        if (typeof delta["error"] === "string" && delta["error"] !== "") this.#error = delta["error"];
        return true;
      default:
        return false;
    }
  }

  /** The last chunk, or undefined where the reply never said that it was over. */
  finish(): FinishChunk | undefined {
    if (this.#reason === undefined) return undefined;
    const carry: JsonObject = {
      ...(this.#thinking === "" ? {} : { thinking: this.#thinking }),
      ...(this.#plan === "" ? {} : { tool_plan: this.#plan }),
    };
    return {
      type: "finish",
      reason: toFinishReason(this.#reason),
      ...(this.#usage === undefined ? {} : { usage: this.#usage }),
      ...(this.#id === undefined ? {} : { responseId: this.#id }),
      ...(Object.keys(carry).length === 0 ? {} : { carry }),
    };
  }

  #content(content: unknown, out: ModelChunk[]): void {
    if (!isObject(content)) return;
    this.#thinking += this.#reasoning(content["thinking"], out);
    const { text } = content;
    if (typeof text === "string" && text !== "") out.push({ type: "text", text });
  }

  #reasoning(text: unknown, out: ModelChunk[]): string {
    if (typeof text !== "string" || text === "") return "";
    out.push({ type: "reasoning", text });
    return text;
  }

  /** The reference speaks of a list of calls, the API sends one. */
  #call(place: unknown, calls: unknown, out: ModelChunk[]): void {
    const call: unknown = Array.isArray(calls) ? calls[0] : calls;
    if (!isObject(call)) return;
    const fn = isObject(call["function"]) ? call["function"] : {};
    const text = typeof fn["arguments"] === "string" ? fn["arguments"] : "";
    const known = this.#calls.indexOf(place);
    if (known !== -1) {
      if (text !== "") out.push({ type: "tool_call", index: known, arguments: text });
      return;
    }
    const index = this.#calls.push(place) - 1;
    const id = typeof call["id"] === "string" && call["id"] !== "" ? { id: call["id"] } : {};
    out.push({ type: "tool_call", index, ...id, name: typeof fn["name"] === "string" ? fn["name"] : "", arguments: text });
  }
}
