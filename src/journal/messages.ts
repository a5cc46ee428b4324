import { keptAttachments, revivedAttachments } from "../agent/attachment.ts";
import type { Attachment, ContentPart, Message } from "../agent/provider.ts";
import type { JsonObject } from "../diagnostics/json.ts";

/** A message as data: of images and files what they are and their hash, and their bytes where nothing else tells what they were. */
export function keptMessage(message: Message): JsonObject {
  if (!("parts" in message) || message.parts === undefined) return message as unknown as JsonObject;
  return { ...(message as unknown as JsonObject), parts: message.parts.map(keptPart) };
}

function keptPart(part: ContentPart): JsonObject {
  if (part.type === "text") return part as unknown as JsonObject;
  const { data, ...said } = part;
  if (data === undefined || part.sha256 !== undefined) return said as unknown as JsonObject;
  return (keptAttachments([part]) as readonly JsonObject[])[0] ?? {};
}

export function revivedMessage(kept: JsonObject): Message {
  const message = kept as unknown as Message;
  if (!("parts" in message) || message.parts === undefined) return message;
  const parts = message.parts.map((part) => (part.type === "text" ? part : (revivedAttachments([part as unknown as JsonObject])[0] as Attachment)));
  return { ...message, parts } as Message;
}
