import type { Json, JsonObject } from "../diagnostics/json.ts";
import type { Attachment } from "./provider.ts";

/** Gives what an image or a file parameter names: an address, a `data:` URL or, where the host reads files, a path. Throws a `RunError` where it cannot. */
export type Attach = (source: string, of: Attachment["type"]) => Attachment | Promise<Attachment>;

/** The attachment of an address (https:, http:) or of a `data:` URL in base64; undefined for anything else. Opens nothing. */
export function attachmentOfAddress(source: string, of: Attachment["type"]): Attachment | undefined {
  const inline = /^data:([a-z0-9.+-]+\/[a-z0-9.+-]+)(?:;[^,;]+)*;base64,([A-Za-z0-9+/]*={0,2})$/i.exec(source);
  if (inline !== null) {
    const [, mediaType = "", data = ""] = inline;
    return { type: of, mediaType: mediaType.toLowerCase(), size: Math.floor((data.replace(/=+$/, "").length * 3) / 4), data: () => data };
  }
  if (!/^https?:\/\//i.test(source)) return undefined;
  const name = URL.parse(source)?.pathname.split("/").at(-1) ?? "";
  return { type: of, mediaType: mediaTypeOf(name) ?? "", url: source, ...(name === "" ? {} : { name }) };
}

/** By the ending of a file's name; the types that vendors take as images and documents (and the usual texts). */
const mediaTypes: Readonly<Record<string, string>> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  heic: "image/heic",
  heif: "image/heif",
  pdf: "application/pdf",
  txt: "text/plain",
  md: "text/markdown",
  csv: "text/csv",
  html: "text/html",
  htm: "text/html",
  json: "application/json",
  xml: "text/xml",
  doc: "application/msword",
  docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  xls: "application/vnd.ms-excel",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
};

/** The media type that a file's name tells, or undefined. */
export function mediaTypeOf(name: string): string | undefined {
  return mediaTypes[/\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? ""];
}

/** What tells images and PDFs whatever their name: the first bytes (https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern). */
export function mediaTypeOfBytes(bytes: Uint8Array): string | undefined {
  const starts = (...signature: readonly number[]): boolean => signature.every((byte, index) => bytes[index] === byte);
  const ascii = (from: number, to: number): string => String.fromCharCode(...bytes.subarray(from, to));
  if (starts(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return "image/png";
  if (starts(0xff, 0xd8, 0xff)) return "image/jpeg";
  if (ascii(0, 6) === "GIF87a" || ascii(0, 6) === "GIF89a") return "image/gif";
  if (ascii(0, 4) === "RIFF" && ascii(8, 12) === "WEBP") return "image/webp";
  return ascii(0, 5) === "%PDF-" ? "application/pdf" : undefined;
}

/** No vendor counts more tokens for one image than this, whatever its size: the most is some 37,000, of small models of OpenAI's in high detail. */
const mostOfImage = 50_000;
/** What a file behind an address may be is not known before it is sent: a bound for some hundred pages. */
const mostOfLinkedFile = 300_000;

/** What an attachment counts for where a prompt's bytes bound its tokens. */
export function attachmentBytes({ type, size }: Attachment): number {
  const bytes = size === undefined ? undefined : Math.ceil((size * 4) / 3);
  return type === "image" ? Math.min(bytes ?? mostOfImage, mostOfImage) : (bytes ?? mostOfLinkedFile);
}

/** Attachments as data, with their bytes in base64. */
export function keptAttachments(parts: readonly Attachment[]): Json {
  return parts.map(({ data, ...part }): JsonObject => ({ ...part, ...(data === undefined ? {} : { data: data() }) }));
}

/** What `keptAttachments` gave, as attachments again. */
export function revivedAttachments(kept: Json): readonly Attachment[] {
  return (kept as readonly JsonObject[]).map(({ data, ...part }) => {
    const plain = part as unknown as Attachment;
    return typeof data === "string" ? { ...plain, data: () => data } : plain;
  });
}
