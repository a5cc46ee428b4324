import type { CallToolResult, ContentBlock } from "@modelcontextprotocol/client";
import type { Attachment } from "../../agent/provider.ts";
import type { Json } from "../../diagnostics/json.ts";
import type { ServerResult } from "../../interpreter/options.ts";
import { shorten } from "./words.ts";

/** A failure that the server tells of in its own words, which are the model's to read. */
export class ServerSaid extends Error {
  override readonly name = "ServerSaid";
}

/** Of a failure a model is told so much: as of a result. */
export const mostSaid = 20_000;

/** SHA-256, as hex, of bytes in base64. */
export type Digest = (base64: string) => string;

/**
 * A call's result as a program and a model see it: structured content as it is, one text as a string, all else as the list of
 * its blocks, in which images and other data stand by kind and size. Images that models can see stand beside it. Throws
 * `ServerSaid` where the tool says that it failed.
 */
export function resultOf({ content, structuredContent, isError }: CallToolResult, digest: Digest): ServerResult {
  if (isError === true) {
    const said = content.flatMap((block) => (block.type === "text" ? [block.text] : [])).join("\n");
    throw new ServerSaid(shorten(said === "" ? JSON.stringify(structuredContent ?? content.map(described)) : said, mostSaid));
  }
  const attachments = content.flatMap((block) => attachmentOf(block, digest));
  if (structuredContent !== undefined) return { value: structuredContent as Json, attachments };
  const [first] = content;
  if (content.length === 1 && first?.type === "text") return { value: first.text, attachments };
  return { value: content.map(described), attachments };
}

/** The block without its data. What the server says of it for people (`annotations`, `_meta`) stays away from models. */
function described(block: ContentBlock): Json {
  switch (block.type) {
    case "text":
      return { type: "text", text: block.text };
    case "image":
    case "audio":
      return { type: block.type, mimeType: block.mimeType, size: sizeOf(block.data) };
    case "resource": {
      const { resource } = block;
      const { uri, mimeType } = resource;
      const held = "text" in resource ? { text: resource.text } : { size: sizeOf(resource.blob) };
      return { type: "resource", uri, ...(mimeType === undefined ? {} : { mimeType }), ...held };
    }
    case "resource_link": {
      const { uri, name, description, mimeType } = block;
      return { type: "resource_link", uri, name, ...(description === undefined ? {} : { description }), ...(mimeType === undefined ? {} : { mimeType }) };
    }
  }
}

/** What every vendor that takes images takes. */
const seen = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

function attachmentOf(block: ContentBlock, digest: Digest): readonly Attachment[] {
  const image =
    block.type === "image"
      ? { mediaType: block.mimeType, data: block.data }
      : block.type === "resource" && "blob" in block.resource
        ? { mediaType: block.resource.mimeType ?? "", data: block.resource.blob }
        : undefined;
  if (image === undefined) return [];
  const mediaType = image.mediaType.toLowerCase();
  const { data } = image;
  if (!seen.has(mediaType) || data === "" || !/^[A-Za-z0-9+/]+={0,2}$/.test(data)) return [];
  return [{ type: "image", mediaType, size: sizeOf(data), sha256: digest(data), data: () => data }];
}

/** Bytes that base64 stands for. */
function sizeOf(base64: string): number {
  return Math.floor((base64.replace(/=+$/, "").length * 3) / 4);
}
