import type { JSONRPCMessage } from "@modelcontextprotocol/client";

/** What a server may send in one message: a result of more would fill the memory before anybody could cut it. */
export const mostBytes = 16 * 1024 * 1024;

const mark = "tantra: too large";

/** Stands in the place of a message that was too large to read. */
export function tooLargeReply(id: string | number): JSONRPCMessage {
  return { jsonrpc: "2.0", id, error: { code: -32603, message: `The result has more than ${mostBytes / 1024 / 1024} MB.`, data: mark } };
}

export function isTooLarge(error: unknown): boolean {
  return error instanceof Error && "data" in error && error.data === mark;
}

/** The id of a reply, looked for at its two ends: a reply names it before or behind its result. */
export function idOf(head: string, tail: string): string | number | undefined {
  const found =
    /^\s*\{\s*(?:"jsonrpc"\s*:\s*"2\.0"\s*,\s*)?"id"\s*:\s*(\d+|"[^"\\]*")/.exec(head) ??
    /,\s*"id"\s*:\s*(\d+|"[^"\\]*")\s*(?:,\s*"jsonrpc"\s*:\s*"2\.0"\s*)?\}\s*$/.exec(tail);
  return found?.[1] === undefined ? undefined : (JSON.parse(found[1]) as string | number);
}
