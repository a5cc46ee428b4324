import { readFileSync, statSync } from "node:fs";
import { basename, resolve } from "node:path";
import { attachmentOfAddress, mediaTypeOf, mediaTypeOfBytes } from "../agent/attachment.ts";
import type { Attachment } from "../agent/provider.ts";
import { RunError } from "../diagnostics/errors.ts";
import type { JsonObject } from "../diagnostics/json.ts";
import type { ParamNode } from "../graph/graph.ts";
import { sha256OfBytes } from "./hash.ts";

/** What any vendor takes in one request is less. */
const mostBytes = 50_000_000;

/** An image or a file by its path, relative to where the run was started: whoever starts it names it, so it may lie anywhere. */
export function openAttachment(source: string, of: Attachment["type"], cwd: string): Attachment {
  const path = resolve(cwd, source);
  const what = of === "image" ? "image" : "file";
  let size: number;
  try {
    const stats = statSync(path);
    if (stats.isDirectory()) throw unreadable(`"${source}" is a folder, and ${of === "image" ? "an image" : "a file"} is needed.`);
    size = stats.size;
  } catch (error) {
    if (error instanceof RunError) throw error;
    throw unreadable(`There is no ${what} "${source}".`, error);
  }
  if (size > mostBytes) throw unreadable(`"${source}" has ${Math.round(size / 1e6)} MB, which is more than any vendor takes.`);
  if (size === 0) throw unreadable(`"${source}" is empty.`);
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw unreadable(`"${source}" cannot be read: ${error instanceof Error ? error.message : String(error)}.`, error);
  }
  // An image is told by its bytes: a vendor would refuse what only its name calls one.
  const named = mediaTypeOf(source);
  const mediaType =
    mediaTypeOfBytes(bytes) ?? (named?.startsWith("image/hei") || of === "file" ? named : undefined) ?? (isText(bytes) ? "text/plain" : undefined);
  if (mediaType === undefined || (of === "image" && !mediaType.startsWith("image/"))) {
    throw unreadable(`"${source}" is no ${what} of a type that is known.`, undefined, of === "image" ? "PNG, JPEG, GIF and WebP are." : "PDFs and texts are.");
  }
  const data = Buffer.from(bytes).toString("base64");
  return { type: of, mediaType, name: basename(path), sha256: sha256OfBytes(bytes), size, data: () => data };
}

function isText(bytes: Uint8Array): boolean {
  try {
    return !new TextDecoder("utf-8", { fatal: true }).decode(bytes).includes("\0");
  } catch {
    return false;
  }
}

function unreadable(message: string, cause?: unknown, hint = "Give a path, an https: address, or a data: URL in base64."): RunError {
  return new RunError("invalid_request", message, { code: "T623", hint, ...(cause === undefined ? {} : { cause }) });
}

/** What of a run's input cannot be opened, found before it starts. */
export function unreadableInputs(params: readonly ParamNode[], input: JsonObject, cwd: string): RunError[] {
  return params.flatMap(({ name, type }) => {
    const item = type.kind === "nullable" ? type.type : type.kind === "list" ? type.element : type;
    if (item.kind !== "image" && item.kind !== "file") return [];
    const value = input[name];
    return [value].flat().flatMap((source) => {
      if (typeof source !== "string" || attachmentOfAddress(source, item.kind) !== undefined) return [];
      try {
        openAttachment(source, item.kind, cwd);
        return [];
      } catch (error) {
        if (error instanceof RunError) return [error];
        throw error;
      }
    });
  });
}
