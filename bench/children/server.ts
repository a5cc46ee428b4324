import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * The server of the benchmarks, in a process of its own: chat completions with no work behind them. The first part of the
 * path says what to answer: `/call/…` a short reply, `/json/…` the same without a stream, `/stream/…` 2,000 chunks in one
 * burst, `/loop/…` and `/crew/…` calls of tools first, `/wait50/…` a short reply after 50 ms. Prints its port; ends with its
 * standard input.
 */
const meta = {
  id: "chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT",
  object: "chat.completion.chunk",
  created: 1741569952,
  model: "gpt-5-mini-2025-08-07",
  service_tier: "default",
  system_fingerprint: "fp_44709d6fcb",
};
const usage = {
  prompt_tokens: 24,
  completion_tokens: 12,
  total_tokens: 36,
  prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
};

const event = (choices: readonly object[], rest: object = { usage: null }) => `data: ${JSON.stringify({ ...meta, choices, ...rest })}\n\n`;
const delta = (value: object, finish: string | null = null) => event([{ index: 0, delta: value, logprobs: null, finish_reason: finish }]);
const stream = (deltas: readonly object[], finish: string) =>
  Buffer.from(
    [
      delta({ role: "assistant", content: "", refusal: null }),
      ...deltas.map((value) => delta(value)),
      delta({}, finish),
      event([], { usage }),
      "data: [DONE]\n\n",
    ].join(""),
  );
const words = (count: number) => Array.from({ length: count }, (_word, index) => ({ content: ` token${index}` }));
const call = (index: number, name: string, args: object) => [
  { tool_calls: [{ index, id: `call_${index}`, type: "function", function: { name, arguments: "" } }] },
  { tool_calls: [{ index, function: { arguments: JSON.stringify(args) } }] },
];

const short = stream(words(8), "stop");
const long = stream(words(2000), "stop");
const oneCall = stream(call(0, "look_up", { word: "neap tide" }), "tool_calls");
const threeCalls = stream(
  ["moon", "sun", "coast"].flatMap((topic, index) => call(index, "researcher", { topic })),
  "tool_calls",
);
const message = {
  role: "assistant",
  content: words(8)
    .map(({ content }) => content)
    .join(""),
  refusal: null,
  annotations: [],
};
const whole = Buffer.from(
  JSON.stringify({ ...meta, object: "chat.completion", choices: [{ index: 0, message, logprobs: null, finish_reason: "stop" }], usage }),
);

function answer(path: string, body: string): Buffer {
  if (path.startsWith("/stream/")) return long;
  if (path.startsWith("/json/")) return whole;
  const asksForTool = body.includes('"tools":') && !body.includes('"role":"tool"');
  if (asksForTool && path.startsWith("/loop/")) return oneCall;
  if (asksForTool && path.startsWith("/crew/")) return threeCalls;
  return short;
}

function send(response: ServerResponse, bytes: Buffer): void {
  response.writeHead(200, { "content-type": bytes === whole ? "application/json" : "text/event-stream; charset=utf-8", "content-length": bytes.length });
  response.end(bytes);
}

const server = createServer((request, response) => {
  let body = "";
  request.setEncoding("utf8");
  request.on("data", (piece) => {
    body += piece;
  });
  request.on("end", () => {
    const path = request.url ?? "";
    const bytes = answer(path, body);
    const wait = /^\/wait(\d+)\//.exec(path)?.[1];
    if (wait === undefined) send(response, bytes);
    else setTimeout(send, Number(wait), response, bytes);
  });
});
server.keepAliveTimeout = 120_000;
// Thousands of connections begin at once: each one that found the queue full would wait a second.
server.listen({ port: 0, host: "127.0.0.1", backlog: 16_384 }, () => console.log((server.address() as AddressInfo).port));
process.stdin.resume().on("end", () => process.exit(0));
