import { appendFileSync } from "node:fs";
import { Server } from "@modelcontextprotocol/server";

/** A dot, as a PNG. */
export const png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

const none = { type: "object" as const };
const text = (...texts: string[]) => ({ content: texts.map((each) => ({ type: "text" as const, text: each })) });

interface Listed {
  name: string;
  description?: string;
  inputSchema: { type: "object"; [key: string]: unknown };
  outputSchema?: { type: "object"; [key: string]: unknown };
  annotations?: { readOnlyHint?: boolean };
}

const tools: readonly Listed[] = [
  { name: "echo", description: "Says it again.", inputSchema: { type: "object", properties: { text: { type: "string" } }, required: ["text"] } },
  { name: "add", inputSchema: { type: "object", properties: { a: { type: "number" }, b: { type: "number" } } }, outputSchema: { type: "object" } },
  { name: "texts", inputSchema: none },
  { name: "picture", inputSchema: none },
  { name: "resource", inputSchema: none },
  { name: "fails", inputSchema: none },
  { name: "refuses", inputSchema: none },
  { name: "slow", description: "Never ends by itself.", inputSchema: none },
  { name: "steps", inputSchema: none },
  { name: "big", inputSchema: none },
  { name: "grow", inputSchema: none },
  { name: "shrink", inputSchema: none },
  { name: "asks", inputSchema: none },
  { name: "roots", inputSchema: none },
  { name: "env", inputSchema: none },
  { name: "cwd", inputSchema: none },
  { name: "die", inputSchema: none },
  { name: "die_reading", inputSchema: none, annotations: { readOnlyHint: true } },
  { name: "read-file.v2", description: "Its name cannot be written in a program.", inputSchema: none },
  { name: "matches", inputSchema: { type: "object", properties: { text: { type: "string", pattern: "^(a+)+$" } } } },
];

export interface ToolsOptions {
  /** A file that is told what happens: `started PID`, `cancelled`, `slow`. */
  readonly log?: string;
  /** Tools a page. */
  readonly page?: number;
  /** How `die` dies. */
  readonly die?: () => void;
}

/** A well-behaved server with tools of every sort, on the protocol's own package. */
export function toolServer({ log, page = 7, die = () => process.exit(3) }: ToolsOptions = {}): Server {
  const tell = (line: string): void => {
    if (log !== undefined) appendFileSync(log, `${line}\n`);
  };
  const listed = [...tools];
  const server = new Server({ name: "test-tools", version: "1.2.3" }, { capabilities: { tools: { listChanged: true } } });
  server.setRequestHandler("tools/list", ({ params }) => {
    const from = Number(params?.cursor ?? 0);
    const more = from + page < listed.length;
    return { tools: listed.slice(from, from + page), ...(more ? { nextCursor: String(from + page) } : {}) };
  });
  server.setRequestHandler("tools/call", async ({ params }, context) => {
    const args = params.arguments ?? {};
    switch (params.name) {
      case "echo":
        return text(String(args["text"]));
      case "add":
        return { ...text("the sum"), structuredContent: { sum: Number(args["a"]) + Number(args["b"]) } };
      case "texts":
        return text("one", "two");
      case "picture":
        return {
          content: [
            { type: "text", text: "a dot" },
            { type: "image", data: png, mimeType: "image/png" },
          ],
        };
      case "resource":
        return {
          content: [
            { type: "resource", resource: { uri: "note:1", mimeType: "text/plain", text: "tides" } },
            { type: "audio", data: "AAAA", mimeType: "audio/wav" },
          ],
        };
      case "fails":
        return { ...text("no such note", "try another"), isError: true };
      case "refuses":
        throw new Error("not today");
      case "slow":
        tell("slow");
        await new Promise<void>((resolve) => context.mcpReq.signal.addEventListener("abort", () => resolve(), { once: true }));
        tell("cancelled");
        return text("too late");
      case "steps":
        for (let step = 1; step <= 3; step++) {
          const progressToken = params._meta?.progressToken;
          if (progressToken !== undefined)
            await context.mcpReq.notify({ method: "notifications/progress", params: { progressToken, progress: step, total: 3 } });
          // Its answer tells that what was said before has been heard: the client lets progress go that comes together with the result.
          await server.ping();
        }
        return text("three steps");
      case "big":
        return text("x".repeat(100_000_000));
      case "grow":
        listed.push({ name: "grown", description: "Was not there before.", inputSchema: none });
        await server.sendToolListChanged();
        return text("grown");
      case "shrink":
        listed.splice(
          listed.findIndex(({ name }) => name === "echo"),
          1,
        );
        await server.sendToolListChanged();
        return text("shrunk");
      case "grown":
        return text("yes");
      case "asks": {
        const asked = await Promise.allSettled([
          server.request({ method: "sampling/createMessage", params: { messages: [], maxTokens: 1 } }),
          server.request({ method: "elicitation/create", params: { message: "Who?", requestedSchema: { type: "object", properties: {} } } }),
        ]);
        return text(asked.map((one) => (one.status === "rejected" ? String((one.reason as Error).message) : "answered")).join("; "));
      }
      case "roots":
        return text(JSON.stringify(await server.listRoots()));
      case "env":
        return text(JSON.stringify(process.env));
      case "cwd":
        return text(process.cwd());
      case "die":
      case "die_reading":
        process.stderr.write("I have had enough.\n");
        tell("died");
        die();
        return text("never said");
      case "read-file.v2":
        return text("read");
      case "matches":
        return text("matched");
      default:
        throw new Error(`There is no tool ${params.name}.`);
    }
  });
  return server;
}
