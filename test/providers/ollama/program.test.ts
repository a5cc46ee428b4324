import { afterEach, expect, test } from "vitest";
import type { RunEvent } from "../../../src/agent/events.ts";
import { loadProgram, runProgram } from "../../../src/index.ts";
import { folder } from "../../host/folder.ts";
import { callTools, chatOf, failed, type OllamaServer, ollamaServer, reply } from "../../support/ollama-server.ts";

let server: OllamaServer | undefined;
afterEach(async () => {
  await server?.close();
});

const program = `
provider here = ollama { base_url: env.OLLAMA_URL, num_ctx: 8192 }
model small = here("qwen3:8b") { max_tokens: 500, reasoning: on }
type Note { text: string, pages: int(min: 1) }
tool find(query: string) -> string from "./find.ts"
agent plan(topic: string) -> string[] { model: small, prompt: "Angles of \${topic}" }
agent search(angle: string) -> Note { model: small, tools: [find], output: text, prompt: "Find \${angle} as \${schema(Note)}" }
workflow main(topic: string) -> Note[] {
  budget: $0.01
  return parallel for angle in first(plan(topic), 2) { search(angle) }
}
`;

function load() {
  const cwd = folder({ "main.tantra": program, "find.ts": "export const find = ({ query }) => `notes about ${query}`;\n" });
  return loadProgram("main.tantra", { cwd });
}

test("a program with tools and typed results runs against a server of one's own, and costs nothing", async () => {
  server = await ollamaServer((request) => {
    const chat = chatOf(request);
    const last = chat?.messages.at(-1);
    if (chat?.["format"] !== undefined) return reply({ value: ["food", "moon"] }, { thinking: "Two will do." });
    if (last?.role !== "tool") return reply("", { thinking: "I look.", toolCalls: [{ name: "find", arguments: { query: last?.content.slice(5, 9) ?? "" } }] });
    return reply(`Here it is:\n\`\`\`json\n{"text": ${JSON.stringify(last.content)}, "pages": 2}\n\`\`\``);
  });
  const events: RunEvent[] = [];
  const result = await runProgram(await load(), { input: { topic: "tides" }, env: { OLLAMA_URL: server.origin }, onEvent: (event) => events.push(event) });

  expect(result.value).toEqual([
    { text: "notes about food", pages: 2 },
    { text: "notes about moon", pages: 2 },
  ]);
  expect(result.cost).toEqual({ usd: 0, unpriced: 0 });
  expect(result.usage).toMatchObject({ input: 5 * 20, cachedInput: 5 * 4, output: 5 * 10 });

  const story = events.flatMap(({ type, path }) =>
    /^(model\.(requested|replied)|tool\.(called|returned))$/.test(type) && /\[0\].*search/.test(path) ? [type] : [],
  );
  expect(story).toEqual(["model.requested", "model.replied", "tool.called", "tool.returned", "model.requested", "model.replied"]);
  expect(events.filter(({ type }) => type === "model.delta").some((event) => "reasoning" in event)).toBe(true);
  expect([events[0]?.type, events.at(-1)?.type]).toEqual(["run.started", "run.finished"]);

  // Thinking and the call go back together, and the answer says whose it is.
  const told = server.requests.map((request) => chatOf(request)?.messages).find((messages) => messages?.length === 3);
  expect(told?.slice(1)).toMatchObject([
    { role: "assistant", thinking: "I look.", tool_calls: [{ function: { name: "find" } }] },
    { role: "tool", tool_name: "find", content: expect.stringContaining("notes about") },
  ]);
  for (const request of server.requests) expect(chatOf(request)).toMatchObject({ think: true, truncate: false, options: { num_ctx: 8192, num_predict: 500 } });
});

test("a model that was never fetched ends the run with the line to type", async () => {
  server = await ollamaServer([failed(404, "model 'qwen3:8b' not found")]);
  const failing = runProgram(await load(), { input: { topic: "tides" }, env: { OLLAMA_URL: server.origin } });
  await expect(failing).rejects.toMatchObject({ class: "not_found", hint: "ollama pull qwen3:8b" });
  expect(server.requests).toHaveLength(1);
});

test("calls without ids are told apart by the loop", async () => {
  server = await ollamaServer((request) => {
    const chat = chatOf(request);
    if (chat?.["format"] !== undefined) return reply({ value: ["food"] });
    if (chat?.messages.at(-1)?.role === "tool") return reply('{"text": "x", "pages": 1}');
    return callTools({ name: "find", arguments: { query: "a" } }, { name: "find", arguments: { query: "b" } });
  });
  await runProgram(await load(), { input: { topic: "tides" }, env: { OLLAMA_URL: server.origin } });
  const messages = chatOf(server.requests.at(-1))?.messages as unknown as readonly { tool_call_id?: string; content: string }[];
  expect(messages.slice(-2).map(({ tool_call_id: id, content }) => [id, content])).toEqual([
    ["call_0_0", "notes about a"],
    ["call_0_1", "notes about b"],
  ]);
});
