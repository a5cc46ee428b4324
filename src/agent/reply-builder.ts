import type { ModelReply } from "./events.ts";
import { type FinishChunk, ProviderError, type ReplyChunk, type ToolCall } from "./provider.ts";

/** Puts a reply together from its chunks. */
export interface ReplyBuilder {
  add(chunk: ReplyChunk): void;
  readonly text: string;
  /** Something arrived that was shown. */
  readonly started: boolean;
  readonly finish: FinishChunk | undefined;
  /** Text, thinking and arguments, as they count for an estimate. */
  output(): string;
  /** The whole reply. Throws a ProviderError where the stream ended too early. */
  reply(): ModelReply;
}

interface Call {
  id: string;
  name: string;
  arguments: string;
}

/** `turn` goes into the ids of calls that the vendor gave none. */
export function createReplyBuilder(turn: number): ReplyBuilder {
  let text = "";
  let reasoning = "";
  let finish: FinishChunk | undefined;
  const calls: (Call | undefined)[] = [];

  return {
    add(chunk) {
      if (chunk.type === "text") text += chunk.text;
      else if (chunk.type === "reasoning") reasoning += chunk.text;
      else if (chunk.type === "finish") finish = chunk;
      else {
        let call = calls[chunk.index];
        if (call === undefined) {
          call = { id: "", name: "", arguments: "" };
          calls[chunk.index] = call;
        }
        if (chunk.id !== undefined) call.id = chunk.id;
        if (chunk.name !== undefined) call.name = chunk.name;
        call.arguments += chunk.arguments;
      }
    },
    get text() {
      return text;
    },
    get started() {
      return text !== "" || calls.length > 0;
    },
    get finish() {
      return finish;
    },
    output: () => text + reasoning + calls.map((call) => (call === undefined ? "" : call.name + call.arguments)).join(""),
    reply() {
      if (finish === undefined) throw new ProviderError("connection", "The stream ended before the reply was complete.");
      const toolCalls: ToolCall[] = [];
      calls.forEach((call, index) => {
        if (call !== undefined) toolCalls.push({ ...call, id: call.id === "" ? `call_${turn}_${index}` : call.id });
      });
      return {
        text,
        toolCalls,
        ...(reasoning === "" ? {} : { reasoning }),
        ...(finish.carry === undefined ? {} : { carry: finish.carry }),
        finish: finish.reason,
        ...(finish.responseId === undefined ? {} : { responseId: finish.responseId }),
        ...(finish.responseModel === undefined ? {} : { responseModel: finish.responseModel }),
        ...(finish.tier === undefined ? {} : { tier: finish.tier }),
      };
    },
  };
}
