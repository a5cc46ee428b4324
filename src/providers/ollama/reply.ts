import type { FinishChunk, FinishReason, ModelChunk, ModelRequest } from "../../agent/provider.ts";
import type { Usage } from "../../agent/usage.ts";
import { isObject } from "../common/json.ts";
import { toFinishReason, toUsage } from "./wire.ts";

/** Turns the lines of one reply into our chunks. Source: `ChatResponse` of the `ollama` package 0.6.4. */
export class ReplyReader {
  readonly #request: ModelRequest;
  #reason: FinishReason | undefined;
  #usage: Usage | undefined;
  #model: string | undefined;
  #thinking = "";
  #calls = 0;

  constructor(request: ModelRequest) {
    this.#request = request;
  }

  /** Appends the chunks of one line to `out`. True: it was the last. */
  read(line: Readonly<Record<string, unknown>>, out: ModelChunk[]): boolean {
    if (typeof line["model"] === "string") this.#model = line["model"];
    const { message } = line;
    if (isObject(message)) this.#message(message, out);
    if (line["done"] !== true) return false;
    this.#reason = toFinishReason(line["done_reason"]);
    this.#usage = toUsage(line, this.#request);
    return true;
  }

  /** The last chunk, or undefined where no line said that the reply was over. */
  finish(): FinishChunk | undefined {
    if (this.#reason === undefined) return undefined;
    return {
      type: "finish",
      reason: this.#reason === "stop" && this.#calls > 0 ? "tool_calls" : this.#reason,
      ...(this.#usage === undefined ? {} : { usage: this.#usage }),
      ...(this.#model === undefined ? {} : { responseModel: this.#model }),
      // It has to come back with the calls that it led to: https://docs.ollama.com/capabilities/streaming
      ...(this.#thinking === "" ? {} : { carry: { thinking: this.#thinking } }),
    };
  }

  #message(message: Readonly<Record<string, unknown>>, out: ModelChunk[]): void {
    const { thinking, content, tool_calls: calls } = message;
    if (typeof thinking === "string" && thinking !== "") {
      this.#thinking += thinking;
      out.push({ type: "reasoning", text: thinking });
    }
    if (typeof content === "string" && content !== "") out.push({ type: "text", text: content });
    if (Array.isArray(calls)) for (const call of calls) this.#call(call, out);
  }

  /** Calls come whole. Old servers give them no id, and then the loop does. */
  #call(call: unknown, out: ModelChunk[]): void {
    const fn = isObject(call) && isObject(call["function"]) ? call["function"] : undefined;
    if (fn === undefined || typeof fn["name"] !== "string") return;
    const id = isObject(call) && typeof call["id"] === "string" && call["id"] !== "" ? { id: call["id"] } : {};
    const { arguments: args } = fn;
    const text = typeof args === "string" ? args : JSON.stringify(args ?? {});
    out.push({ type: "tool_call", index: this.#calls++, ...id, name: fn["name"], arguments: text });
  }
}
