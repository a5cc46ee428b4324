import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { root } from "./files.ts";

interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly result?: unknown;
}
interface Location {
  readonly uri: string;
  readonly range: { readonly start: { readonly line: number } };
}

/** Where an editor goes from the first `name` in a file: asked of TypeScript's own server. The path, and the text of the line. */
export async function definitionOf(name: string, file: string): Promise<{ readonly path: string; readonly line: string }> {
  const server = spawn(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "--lsp", "--stdio"], { stdio: ["pipe", "pipe", "ignore"] });
  const ended = new Promise<never>((_resolve, reject) => {
    server.on("exit", () => reject(new Error("TypeScript's server has ended.")));
  });
  const waiting = new Map<number, (result: unknown) => void>();
  const send = (message: object) => {
    const body = JSON.stringify({ jsonrpc: "2.0", ...message });
    server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  };
  const ask = (id: number, method: string, params: object) => {
    const answered = new Promise((resolve) => waiting.set(id, resolve));
    send({ id, method, params });
    return Promise.race([answered, ended]);
  };
  let received = Buffer.alloc(0);
  server.stdout.on("data", (data: Buffer) => {
    received = Buffer.concat([received, data]);
    for (;;) {
      const head = /Content-Length: (\d+)\r\n(?:.*\r\n)*?\r\n/.exec(received.toString("latin1"));
      const end = head === null ? 0 : head.index + head[0].length + Number(head[1]);
      if (head === null || received.length < end) return;
      const { id, method, result } = JSON.parse(received.subarray(end - Number(head[1]), end).toString()) as Answer;
      received = received.subarray(end);
      // What it asks of an editor is answered with nothing.
      if (id !== undefined && method !== undefined) send({ id, result: null });
      else if (id !== undefined) waiting.get(id)?.(result);
    }
  });

  try {
    const text = readFileSync(file, "utf8");
    const [uri, before] = [pathToFileURL(file).href, text.slice(0, text.indexOf(name)).split("\n")];
    await ask(1, "initialize", { processId: process.pid, rootUri: pathToFileURL(join(file, "..")).href, capabilities: {} });
    send({ method: "initialized", params: {} });
    send({ method: "textDocument/didOpen", params: { textDocument: { uri, languageId: "typescript", version: 1, text } } });
    const position = { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
    const found = (await ask(2, "textDocument/definition", { textDocument: { uri }, position })) as Location | Location[];
    const [place] = [found].flat();
    const path = fileURLToPath(place?.uri ?? "file:///nowhere");
    return { path, line: readFileSync(path, "utf8").split("\n")[place?.range.start.line ?? 0] ?? "" };
  } finally {
    ended.catch(() => undefined);
    server.kill();
  }
}
