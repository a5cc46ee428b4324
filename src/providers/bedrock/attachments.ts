import { type Attachment, ProviderError } from "../../agent/provider.ts";
import type { JsonObject } from "../../diagnostics/json.ts";

export type ToAttachment = (part: Attachment) => JsonObject;

/** Documents' formats (`DocumentFormat` of the SDK) by media type. */
const formats: Readonly<Record<string, string>> = {
  "application/pdf": "pdf",
  "text/csv": "csv",
  "text/html": "html",
  "text/markdown": "md",
  "text/plain": "txt",
  "application/msword": "doc",
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
  "application/vnd.ms-excel": "xls",
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
};
const endings = new Set(Object.values(formats));

/** Maps the images and files of one request, in which no two documents may have one name. */
export function attachments(): ToAttachment {
  const names = new Set<string>();
  return (part) => {
    const source = toSource(part);
    if (part.type === "image") return { image: { format: imageFormat(part), source } };
    return { document: { format: documentFormat(part), name: documentName(part, names), source } };
  };
}

/** Bytes in base64, as the JSON of the API has them, or a place in S3: nothing is fetched from elsewhere. */
function toSource({ url, data, name }: Attachment): JsonObject {
  if (url === undefined) return { bytes: data?.() ?? "" };
  if (url.startsWith("s3://")) return { s3Location: { uri: url } };
  throw new ProviderError(
    "invalid_request",
    `Bedrock fetches no images or files: ${name === undefined ? "" : `${name}, `}${url} would have to be sent along.`,
    {
      hint: "Give a path of a file instead of an address, or an address that begins with s3://.",
    },
  );
}

/** `ImageFormat`: png, jpeg, gif or webp; of others the API says that it does not take them. */
function imageFormat({ mediaType, url }: Attachment): string {
  const format = mediaType.replace(/^image\//, "").replace("jpg", "jpeg");
  return format === "" ? endingOf(url ?? "").replace("jpg", "jpeg") : format;
}

/** By the media type, then by the name's ending. Every other kind of text goes as plain text, which it is. */
function documentFormat({ mediaType, name, url }: Attachment): string {
  const type = mediaType.split(";")[0]?.trim() ?? "";
  const ending = endingOf(name ?? url ?? "");
  return formats[type] ?? (endings.has(ending) ? ending : type.startsWith("text/") || type === "application/json" ? "txt" : ending);
}

function endingOf(path: string): string {
  return /\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? "";
}

/**
 * A name that Converse takes: letters, digits, hyphens, parentheses, brackets and single blanks, 200 characters at most,
 * and no name twice in a request ("Messages can't contain duplicate document names").
 */
function documentName({ name, url }: Attachment, taken: Set<string>): string {
  const file = (name ?? url ?? "").split("/").at(-1) ?? "";
  const plain = file
    .replace(/\.\w+$/, "")
    .replace(/[^A-Za-z0-9\-()[\]]+/g, " ")
    .trim()
    .slice(0, 190);
  const base = plain === "" ? "document" : plain;
  let unique = base;
  for (let number = 2; taken.has(unique.toLowerCase()); number++) unique = `${base} ${number}`;
  taken.add(unique.toLowerCase());
  return unique;
}
