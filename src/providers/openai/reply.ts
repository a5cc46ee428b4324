import type { FinishChunk, FinishReason, ModelChunk } from "../../agent/provider.ts";
import type { Usage } from "../../agent/usage.ts";
import { isObject } from "../common/json.ts";
import { otherTier } from "../common/tier.ts";
import type { Reader } from "./reply-stream.ts";
import { toCost, toFinishReason, toUsage } from "./wire.ts";

/**
 * Turns the events of one reply into our chunks. Source: `ChatCompletionChunk` and `ChatCompletion` of the `openai` package
 * 7.57. A reply that came whole (a server that ignores `stream`) is read by the same rules: its `message` is one large delta.
 * Forgiving where compatible servers differ: a call without `index` or `id`, arguments as an object, `stop` after calls.
 */
export class ReplyReader implements Reader {
  readonly what = "chat completion";
  #reason: FinishReason | undefined;
  #refused = false;
  #usage: Usage | undefined;
  #costUsd: number | undefined;
  #id: string | undefined;
  #model: string | undefined;
  #tier: string | undefined;
  /** The id and the index of each call seen, in order. */
  readonly #calls: { readonly id: string; readonly index: number }[] = [];

  get usage(): Usage | undefined {
    return this.#usage;
  }

  /** An event of another shape gives no chunk. Usage comes after the finish reason: only the end of the stream is the end. */
  read(event: unknown, out: ModelChunk[]): boolean {
    if (isObject(event)) this.#read(event, out);
    return false;
  }

  #read(event: Readonly<Record<string, unknown>>, out: ModelChunk[]): void {
    // Azure's first event, about the prompt's content filter, has "" for both.
    if (this.#id === undefined && typeof event["id"] === "string" && event["id"] !== "") this.#id = event["id"];
    if (this.#model === undefined && typeof event["model"] === "string" && event["model"] !== "") this.#model = event["model"];
    // The last word counts: what was asked for may come first, what it was served as later.
    if (typeof event["service_tier"] === "string") this.#tier = otherTier(event["service_tier"]);
    const usage = event["usage"];
    if (usage !== null && usage !== undefined) {
      this.#usage = toUsage(usage) ?? this.#usage;
      this.#costUsd = toCost(usage) ?? this.#costUsd;
    }
    const choices = event["choices"];
    const choice: unknown = Array.isArray(choices) ? choices[0] : undefined;
    // Further answers (`n` in `extra`) carry their index; there is one reply.
    if (!isObject(choice) || (typeof choice["index"] === "number" && choice["index"] > 0)) return;
    const delta = choice["delta"] ?? choice["message"];
    if (isObject(delta)) this.#delta(delta, out);
    const reason = choice["finish_reason"];
    if (typeof reason === "string" && reason !== "") this.#reason = toFinishReason(reason);
  }

  finish(): FinishChunk | undefined {
    if (this.#reason === undefined) return undefined;
    const reason = this.#refused ? "refusal" : this.#reason === "stop" && this.#calls.length > 0 ? "tool_calls" : this.#reason;
    return {
      type: "finish",
      reason,
      ...(this.#usage === undefined ? {} : { usage: this.#usage }),
      ...(this.#costUsd === undefined ? {} : { costUsd: this.#costUsd }),
      ...(this.#id === undefined ? {} : { responseId: this.#id }),
      ...(this.#model === undefined ? {} : { responseModel: this.#model }),
      ...(this.#tier === undefined ? {} : { tier: this.#tier }),
    };
  }

  #delta(delta: Readonly<Record<string, unknown>>, out: ModelChunk[]): void {
    const content = delta["content"];
    if (typeof content === "string" && content !== "") out.push({ type: "text", text: content });
    const refusal = delta["refusal"];
    if (typeof refusal === "string" && refusal !== "") {
      this.#refused = true;
      out.push({ type: "text", text: refusal });
    }
    const calls = delta["tool_calls"];
    if (Array.isArray(calls)) for (const [place, call] of calls.entries()) if (isObject(call)) this.#call(call, place, calls.length, out);
  }

  #call(call: Readonly<Record<string, unknown>>, place: number, together: number, out: ModelChunk[]): void {
    const id = typeof call["id"] === "string" && call["id"] !== "" ? call["id"] : undefined;
    const fn = isObject(call["function"]) ? call["function"] : {};
    const name = typeof fn["name"] === "string" ? fn["name"] : "";
    const index = typeof call["index"] === "number" ? call["index"] : this.#indexOf(id, name, place, together);
    const args = fn["arguments"];
    const text = typeof args === "string" ? args : args === undefined || args === null ? "" : JSON.stringify(args);
    if (this.#calls.some((known) => known.index === index)) {
      if (text !== "") out.push({ type: "tool_call", index, arguments: text });
      return;
    }
    const known = { id: id ?? `call_${index}`, index };
    this.#calls.push(known);
    out.push({ type: "tool_call", index, id: known.id, name, arguments: text });
  }

  /** Without an index, an id seen before goes on with its call, a new id or a name begins one, and else the last call goes on. */
  #indexOf(id: string | undefined, name: string, place: number, together: number): number {
    const known = this.#calls.find((call) => call.id === id);
    if (known !== undefined) return known.index;
    const next = this.#calls.reduce((most, call) => Math.max(most, call.index + 1), 0);
    if (id !== undefined || name !== "" || this.#calls.length === 0) return next;
    return together > 1 ? place : next - 1;
  }
}
