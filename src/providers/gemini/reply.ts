import type { FinishChunk, FinishReason, ModelChunk } from "../../agent/provider.ts";
import type { Usage } from "../../agent/usage.ts";
import type { Json } from "../../diagnostics/json.ts";
import type { Refusal } from "../common/failure.ts";
import { isObject, word } from "../common/json.ts";
import { toTier, toUsage } from "./wire.ts";

type Part = Readonly<Record<string, unknown>>;

/**
 * Turns the events of one reply into our chunks. Source: `GenerateContentResponse` of the `@google/genai` package 3.3. Each
 * event is a whole object with the parts that are new; calls come whole, in any event, and the last event has the reason.
 */
export class ReplyReader {
  #reason = "";
  #message = "";
  #blocked = "";
  #usage: Usage | undefined;
  #id: string | undefined;
  #model: string | undefined;
  #tier: string | undefined;
  #calls = 0;
  #inPieces = false;
  #spoke = false;
  /** What goes back with this reply, and whether it has to: only where something in it is signed or has an id. */
  readonly #parts: Part[] = [];
  #wanted = false;

  /** What was reported so far; a stream that breaks takes it along. */
  get usage(): Usage | undefined {
    return this.#usage;
  }

  /** Appends the chunks of one event to `out`. An event of another shape gives none. */
  read(event: unknown, out: ModelChunk[]): void {
    if (!isObject(event)) return;
    if (this.#id === undefined && typeof event["responseId"] === "string") this.#id = event["responseId"];
    if (this.#model === undefined && typeof event["modelVersion"] === "string") this.#model = event["modelVersion"];
    // Each event counts from the beginning of the reply.
    this.#usage = toUsage(event["usageMetadata"]) ?? this.#usage;
    this.#tier = toTier(event["usageMetadata"]) ?? this.#tier;
    const feedback = event["promptFeedback"];
    if (isObject(feedback) && word(feedback["blockReason"]) !== "") {
      this.#blocked = word(feedback["blockReason"]);
      this.#message = word(feedback["blockReasonMessage"]);
    }
    const candidates = event["candidates"];
    const candidate: unknown = Array.isArray(candidates) ? candidates[0] : undefined;
    // Further answers (`candidateCount` in `extra`) carry their index; there is one reply.
    if (!isObject(candidate) || (typeof candidate["index"] === "number" && candidate["index"] > 0)) return;
    const content = candidate["content"];
    const parts = isObject(content) ? content["parts"] : undefined;
    if (Array.isArray(parts)) for (const part of parts) if (isObject(part)) this.#part(part, out);
    const reason = word(candidate["finishReason"]);
    if (reason !== "" && reason !== "FINISH_REASON_UNSPECIFIED") {
      this.#reason = reason;
      this.#message = word(candidate["finishMessage"]);
    }
  }

  /** Why there is no reply although the stream is whole. */
  failure(): Refusal | undefined {
    const reason = this.#reason;
    if (this.#blocked !== "" && reason === "") {
      return { errorClass: "content_filter", said: this.#message === "" ? `The prompt was blocked: ${this.#blocked}.` : this.#message };
    }
    if (this.#inPieces) {
      return { errorClass: "invalid_request", said: "A call's arguments came in pieces.", hint: "Take `streamFunctionCallArguments` out of `extra`." };
    }
    const said = this.#message === "" ? `The reply ended with ${reason}.` : `The reply ended with ${reason}: ${this.#message}`;
    if (reason === "MISSING_THOUGHT_SIGNATURE") return { errorClass: "invalid_request", said };
    // The model wrote no call that could be made. What it said before is no answer, and it may do better when asked again.
    const nothing = !this.#spoke && this.#calls === 0 && toFinishReason(reason) === "other";
    return reason !== "" && (nothing || broken.has(reason)) ? { errorClass: "server_error", said } : undefined;
  }

  /** The last chunk, or undefined where the reply never said that it was over. */
  finish(): FinishChunk | undefined {
    if (this.#reason === "") return undefined;
    const reason = toFinishReason(this.#reason);
    return {
      type: "finish",
      // There is no reason of its own for calls.
      reason: reason === "stop" && this.#calls > 0 ? "tool_calls" : reason,
      ...(this.#usage === undefined ? {} : { usage: this.#usage }),
      ...(this.#id === undefined ? {} : { responseId: this.#id }),
      ...(this.#model === undefined ? {} : { responseModel: this.#model }),
      ...(this.#tier === undefined ? {} : { tier: this.#tier }),
      ...(this.#wanted ? { carry: this.#parts as unknown as Json } : {}),
    };
  }

  #part(part: Part, out: ModelChunk[]): void {
    this.#keep(part);
    const { text, thought, functionCall } = part;
    if (typeof text === "string" && text !== "") {
      if (thought !== true) this.#spoke = true;
      out.push({ type: thought === true ? "reasoning" : "text", text });
    }
    if (!isObject(functionCall)) return;
    const index = this.#calls++;
    const id = word(functionCall["id"]);
    if (id !== "") this.#wanted = true;
    if (functionCall["partialArgs"] !== undefined || functionCall["willContinue"] === true) this.#inPieces = true;
    out.push({
      type: "tool_call",
      index,
      // One of ours is no other reply's: vendors that such a conversation may move on to insist on that.
      id: id === "" ? `${this.#id ?? "call"}_${index}` : id,
      name: word(functionCall["name"]),
      // A call without arguments may come without the key.
      arguments: JSON.stringify(functionCall["args"] ?? {}),
    });
  }

  /** Pieces of one text become one part again; a part with a signature stays by itself, as Google demands. */
  #keep(part: Part): void {
    if (typeof part["thoughtSignature"] === "string") this.#wanted = true;
    const before = this.#parts.at(-1);
    if (!isPlainText(part)) this.#parts.push(part);
    else if (part["text"] === "") return;
    else if (before !== undefined && isPlainText(before) && before["thought"] === part["thought"]) {
      this.#parts[this.#parts.length - 1] = { ...before, text: `${before["text"]}${part["text"]}` };
    } else this.#parts.push(part);
  }
}

function isPlainText(part: Part): boolean {
  return typeof part["text"] === "string" && Object.keys(part).every((key) => key === "text" || key === "thought");
}

const finishReasons: Readonly<Record<string, FinishReason>> = {
  STOP: "stop",
  MAX_TOKENS: "max_tokens",
  // Cut off at a limit of the server's own; another request could go on with a token.
  CONTINUATION: "max_tokens",
  SAFETY: "content_filter",
  RECITATION: "content_filter",
  BLOCKLIST: "content_filter",
  PROHIBITED_CONTENT: "content_filter",
  SPII: "content_filter",
  MODEL_ARMOR: "content_filter",
  ESCALATION: "content_filter",
  PUP_LIMITED_DISABLED: "content_filter",
  IMAGE_SAFETY: "content_filter",
  IMAGE_PROHIBITED_CONTENT: "content_filter",
  IMAGE_RECITATION: "content_filter",
};

/** Reasons after which what was said is no answer. */
const broken: ReadonlySet<string> = new Set(["MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "MALFORMED_RESPONSE", "TOO_MANY_TOOL_CALLS"]);

/** Why the reply ended, in our words. */
export function toFinishReason(reason: string): FinishReason {
  return Object.hasOwn(finishReasons, reason) ? (finishReasons[reason] ?? "other") : "other";
}
