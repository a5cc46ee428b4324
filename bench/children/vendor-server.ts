import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttp2Server, type Http2ServerRequest, type Http2ServerResponse } from "node:http2";
import type { AddressInfo } from "node:net";
import { messageEvents } from "../../test/support/anthropic-server.ts";
import { azureEvents } from "../../test/support/azure-server.ts";
import { replyEvents as bedrockEvents, eventStream } from "../../test/support/bedrock-server.ts";
import { replyEvents as cohereEvents } from "../../test/support/cohere-server.ts";
import { eventsOf as geminiEvents, generated } from "../../test/support/gemini-server.ts";
import { ndjson, replyLines } from "../../test/support/ollama-server.ts";
import { completionEvents } from "../../test/support/openai-server.ts";
import { responseEvents } from "../../test/support/responses-server.ts";
import { chunks, type Kind, questions } from "../support/kinds.ts";

/**
 * `node vendor-server.ts KIND`: a server that speaks one vendor's protocol as the tests' does, with no work behind it: 8 chunks,
 * or 2,000 in one burst where the question asks for them. Prints its port for HTTP/1.1 and that for HTTP/2, which the AWS SDK
 * speaks by itself; ends with its standard input.
 */
const done = "data: [DONE]\n\n";
const sse = "text/event-stream; charset=utf-8";
type Body = readonly (string | Buffer)[];

const replies: { readonly [K in Kind]: { readonly type: string; readonly body: (text: string, chunk: number) => Body } } = {
  openai: { type: sse, body: (text, chunk) => [...completionEvents(text, "gpt-5-mini", { chunk }), done] },
  responses: { type: sse, body: (text, chunk) => responseEvents([{ text }], { chunk }) },
  azure: { type: sse, body: (text, chunk) => [...azureEvents(text, "gpt-5-mini", { chunk }), done] },
  anthropic: { type: sse, body: (text, chunk) => messageEvents(text, "claude-sonnet-5", { chunk }) },
  gemini: { type: sse, body: (text, chunk) => geminiEvents(generated(text, { chunk })) },
  cohere: { type: sse, body: (text, chunk) => cohereEvents(text, { chunk }) },
  ollama: { type: ndjson, body: (text, chunk) => replyLines(text, "qwen3", { chunk }) },
  bedrock: { type: eventStream, body: (text, chunk) => bedrockEvents(text, { chunk }) },
};

const { type, body } = replies[process.argv[2] as Kind];
const rendered = (count: number) => Buffer.concat(body(" token12".repeat(count), 8).map((piece) => Buffer.from(piece)));
const [short, long] = [rendered(8), rendered(chunks)];

function serve(request: IncomingMessage | Http2ServerRequest, response: ServerResponse | Http2ServerResponse): void {
  let asked = "";
  request.setEncoding("utf8");
  request.on("data", (piece) => {
    asked += piece;
  });
  request.on("end", () => {
    const bytes = asked.includes(questions.long) ? long : short;
    response.setHeader("content-type", type);
    response.setHeader("content-length", bytes.length);
    response.end(bytes);
  });
}

const servers = [createServer({ keepAliveTimeout: 120_000 }, serve), createHttp2Server(serve)];
await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))));
console.log(servers.map((server) => (server.address() as AddressInfo).port).join(" "));
process.stdin.resume().on("end", () => process.exit(0));
