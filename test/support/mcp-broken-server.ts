// A server that misbehaves, without any package between it and the pipe: `node mcp-broken-server.ts MODE [LOG]`.
import { spawn } from "node:child_process";
import { appendFileSync } from "node:fs";
import { createInterface } from "node:readline";

const [mode = "", log] = process.argv.slice(2);
const tell = (line: string): void => {
  if (log !== undefined) appendFileSync(log, `${line}\n`);
};
tell(`started ${process.pid}`);

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly name?: string; readonly cursor?: string; readonly arguments?: Readonly<Record<string, unknown>> };
}

const say = (message: object): void => void process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
const schemas: Readonly<Record<string, object>> = {
  looping: { type: "object", allOf: [{ $ref: "#" }] },
  doubling: {
    type: "object",
    properties: { a: { $ref: "#/$defs/d40" } },
    $defs: Object.fromEntries([
      ["d0", { type: "string" }],
      ...Array.from({ length: 40 }, (_, i) => [`d${i + 1}`, { allOf: [{ $ref: `#/$defs/d${i}` }, { $ref: `#/$defs/d${i}` }] }]),
    ]),
  },
  patterned: { type: "object", properties: { a: { type: "string", pattern: "^(a+)+$" } } },
  looking: { type: "object", properties: { a: { type: "string", pattern: "^(?=b)" }, n: { type: "number" } } },
  elsewhere: { type: "object", properties: { a: { $ref: "https://schemas.example/a.json" } } },
};

function tools(cursor: string | undefined): object {
  if (mode === "crowd") {
    const from = Number(cursor ?? 0);
    const page = Array.from({ length: 1000 }, (_, index) => ({ name: `tool_${from + index}`, inputSchema: { type: "object" } }));
    return { tools: page, ...(from + 1000 < 10_000 ? { nextCursor: String(from + 1000) } : {}) };
  }
  if (mode === "circle") return { tools: [], nextCursor: "again" };
  if (mode === "twins") return { tools: [1, 2].map((n) => ({ name: "same", description: String(n), inputSchema: { type: "object" } })) };
  if (mode === "steering") return { tools: [{ name: "red\u001b[31m", inputSchema: { type: "object" } }] };
  if (mode === "schemas") return { tools: Object.entries(schemas).map(([name, inputSchema]) => ({ name, inputSchema })) };
  if (mode === "misfit") return { tools: [{ name: 7 }] };
  return { tools: [{ name: "look", inputSchema: { type: "object" } }] };
}

function answer({ id, method, params }: Message): void {
  if (method === "initialize") {
    if (mode === "hang") return;
    if (mode === "unanswered") {
      say({ id: 999, result: {} });
      return;
    }
    if (mode === "garbage") process.stdout.write("Listening on \u001b[1mport 7\u001b[0m\nnull\n[]\n{}\n\n");
    say({ id: id ?? 0, result: { protocolVersion: "2025-11-25", capabilities: { tools: {} }, serverInfo: { name: "broken", version: "0" } } });
  } else if (method === "tools/list") {
    if (mode === "unlisted") return;
    say({ id: id ?? 0, result: tools(params?.cursor) });
  } else if (method === "tools/call") {
    if (mode === "huge") {
      process.stdout.write(`{"jsonrpc":"2.0","id":${id},"result":{"content":[{"type":"text","text":"`);
      for (let part = 0; part < 100; part++) process.stdout.write("x".repeat(1_000_000));
      process.stdout.write('"}]}}\n');
    } else if (mode === "odd") say({ id: id ?? 0, result: { content: "text" } });
    else say({ id: id ?? 0, result: { content: [{ type: "text", text: `looked at ${JSON.stringify(params?.arguments)}` }] } });
  }
}

if (mode === "exits") {
  process.stderr.write("Usage: server --folder DIR\nkey was sk-secret-123456\n");
  process.exit(2);
}
// What a wrapper does: the real server is a child, which goes on when only the wrapper is ended.
if (mode === "wrapper") {
  const child = spawn(process.execPath, [process.argv[1] ?? "", "stubborn", ...(log === undefined ? [] : [log])], { stdio: "inherit" });
  child.once("exit", () => process.exit());
} else {
  createInterface({ input: process.stdin }).on("line", (line) => answer(JSON.parse(line) as Message));
  // It neither ends with its input nor when it is asked to.
  if (mode === "stubborn" || mode === "hang") {
    process.on("SIGTERM", () => tell("asked to end"));
    setInterval(() => undefined, 1000);
  }
}
