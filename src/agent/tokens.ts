import { attachmentBytes } from "./attachment.ts";
import type { ModelRequest } from "./provider.ts";
import type { Usage } from "./usage.ts";

/** Bytes of a text in UTF-8. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    // Each half of a surrogate pair counts two of its four bytes.
    bytes += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2;
  }
  return bytes;
}

/** UTF-8 bytes of all that a request puts before the model: no tokenizer gives more tokens than that. */
export function promptBytes(request: ModelRequest): number {
  let bytes = 0;
  for (const message of request.messages) {
    bytes += utf8Length(message.content);
    if ("parts" in message) for (const part of message.parts ?? []) if (part.type !== "text") bytes += attachmentBytes(part);
    if (message.role === "assistant") for (const call of message.toolCalls ?? []) bytes += utf8Length(call.name) + utf8Length(call.arguments);
  }
  if (request.tools.length > 0) bytes += utf8Length(JSON.stringify(request.tools));
  if (request.output !== undefined) bytes += utf8Length(JSON.stringify(request.output.schema));
  return bytes;
}

/** Tokens as they are counted where the vendor does not say: a quarter of the bytes. */
export function tokensOfBytes(bytes: number): number {
  return Math.ceil(bytes / 4);
}

/** Usage where the vendor said nothing. `output` is what arrived, as text. */
export function estimateUsage(request: ModelRequest, output: string): Usage {
  return {
    input: tokensOfBytes(promptBytes(request)),
    cachedInput: 0,
    cacheWrite: 0,
    output: tokensOfBytes(utf8Length(output)),
    reasoning: 0,
    estimated: true,
  };
}
