import type { Attachment } from "../../agent/provider.ts";

/** Where an attachment is to be had: the address that the vendor fetches, or its bytes as a data URL. */
export function addressOf(attachment: Attachment): string {
  return attachment.url ?? dataUrl(attachment);
}

export function dataUrl({ mediaType, data }: Attachment): string {
  return `data:${mediaType};base64,${data?.() ?? ""}`;
}

/** A file that is sent must have a name; where it comes from bytes alone it has none. */
export function fileName({ name, mediaType }: Attachment): string {
  return name ?? `file.${/^[\w-]+\/([a-z]+)$/.exec(mediaType)?.[1] ?? "bin"}`;
}
