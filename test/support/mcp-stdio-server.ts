import { appendFileSync } from "node:fs";
import { StdioServerTransport } from "@modelcontextprotocol/server/stdio";
import { toolServer } from "./mcp-tools.ts";

// A server of tools over pipes, as a process: `node mcp-stdio-server.ts [LOG]`.
const [log] = process.argv.slice(2);
if (log !== undefined) appendFileSync(log, `started ${process.pid}\n`);
await toolServer(log === undefined ? {} : { log }).connect(new StdioServerTransport());
