import type { JSONRPCMessage, Transport } from "@modelcontextprotocol/client";
import { splitLines } from "./lines.ts";
import type { Sdk } from "./sdk.ts";
import { idOf, mostBytes, tooLargeReply } from "./too-large.ts";

/** A server's process, started by the host. */
export interface ServerProcess {
  write(text: string): void;
  /** What it wrote to standard error last, as lines. */
  lastWords(): string;
  /** How it ended: `exit code 1`, `SIGKILL`; undefined while it runs. */
  ended(): string | undefined;
  /** Ends it and whatever it started, in a bounded time. */
  close(): Promise<void>;
}
/** Rejects with a `RunError` where there is no such program. `onEnd` is called once, when it has ended. */
export type StartProcess = (on: { readonly output: (chunk: Uint8Array) => void; readonly end: () => void }) => Promise<ServerProcess>;

export interface StdioOptions {
  readonly start: StartProcess;
  readonly sdk: Sdk;
  /** A line that is no message. */
  readonly onGarbage: (line: string) => void;
}

export interface StdioTransport extends Transport {
  readonly process: () => ServerProcess | undefined;
}

/** JSON-RPC over a process's standard input and output, one message a line. */
export function stdioTransport({ start, sdk, onGarbage }: StdioOptions): StdioTransport {
  let process: ServerProcess | undefined;
  let closed = false;
  const transport: StdioTransport = {
    process: () => process,
    async start() {
      process = await start({ output: read, end: () => closeOnce() });
      // Closed while it was starting.
      if (closed) await process.close();
    },
    async send(message) {
      if (process === undefined || process.ended() !== undefined) throw new Error("The server has ended.");
      process.write(`${JSON.stringify(message)}\n`);
    },
    async close() {
      closeOnce();
      await process?.close();
    },
  };

  function closeOnce(): void {
    if (closed) return;
    closed = true;
    transport.onclose?.();
  }

  const read = splitLines(mostBytes, {
    line(text) {
      if (text.trim() === "") return;
      for (const message of messagesOf(text)) transport.onmessage?.(message);
    },
    tooLong(head, tail) {
      const id = idOf(head, tail);
      if (id === undefined) onGarbage(head);
      else transport.onmessage?.(tooLargeReply(id));
    },
  });

  function messagesOf(text: string): readonly JSONRPCMessage[] {
    try {
      const value: unknown = JSON.parse(text);
      // Servers of 2025-03-26 may answer in batches.
      return (Array.isArray(value) ? value : [value]).map((one) => sdk.parseJSONRPCMessage(one));
    } catch {
      onGarbage(text);
      return [];
    }
  }

  return transport;
}
