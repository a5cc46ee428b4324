import { afterEach, expect, test } from "vitest";
import type { RunEvent } from "../../../src/agent/events.ts";
import { loadProgram, runProgram } from "../../../src/index.ts";
import { folder } from "../../host/folder.ts";
import { type CohereServer, chatOf, cohereServer, failed, reply } from "../../support/cohere-server.ts";

let server: CohereServer | undefined;
afterEach(async () => {
  await server?.close();
});

const key = "co-canary-0123456789abcdef";

const program = `
provider llm = cohere { api_key: env.COHERE_API_KEY, base_url: env.COHERE_URL }
model large = llm("command-a-03-2025") { max_tokens: 500 }
type Note { text: string, pages: int(min: 1) }
tool find(query: string) -> string from "./find.ts"
agent plan(topic: string) -> string[] { model: large, prompt: "Angles of \${topic} as JSON" }
agent search(angle: string) -> Note { model: large, tools: [find], output: tool, prompt: "Find \${angle}" }
workflow main(topic: string) -> Note[] {
  budget: $1.00
  return for angle in first(plan(topic), 2) { search(angle) }
}
`;

async function load() {
  const cwd = folder({ "main.tantra": program, "find.ts": "export const find = ({ query }) => `notes about ${query}`;\n" });
  return await loadProgram("main.tantra", { cwd });
}

test("a program with tools and typed results runs, with the usage and the price that were billed", async () => {
  server = await cohereServer((request) => {
    const chat = chatOf(request);
    const last = chat?.messages.at(-1);
    if (chat?.["response_format"] !== undefined) return reply({ value: ["food", "moon"] });
    if (last?.role === "tool") return reply("", { toolCalls: [{ id: "r", name: "search", arguments: JSON.stringify({ text: last.content, pages: 2 }) }] });
    const query = String(last?.content).slice(5);
    return reply("", { plan: "I look.", toolCalls: [{ id: "f", name: "find", arguments: JSON.stringify({ query }) }] });
  });
  const events: RunEvent[] = [];
  const env = { COHERE_API_KEY: key, COHERE_URL: server.origin };
  const result = await runProgram(await load(), { input: { topic: "tides" }, env, onEvent: (event) => events.push(event) });

  expect(result.value).toEqual([
    { text: "notes about food", pages: 2 },
    { text: "notes about moon", pages: 2 },
  ]);
  expect(result.usage).toMatchObject({ input: 5 * 20, cachedInput: 5 * 4, output: 5 * 10 });
  expect(result.cost.unpriced).toBe(0);
  expect(result.cost.usd).toBeCloseTo((100 * 2.5 + 50 * 10) / 1_000_000, 10);

  const story = events.map(({ type }) => type).filter((type) => /^(model\.(requested|replied)|tool\.(called|returned))$/.test(type));
  const search = ["model.requested", "model.replied", "tool.called", "tool.returned", "model.requested", "model.replied"];
  expect(story).toEqual(["model.requested", "model.replied", ...search, ...search]);
  expect(events.filter(({ type }) => type === "model.delta").some((event) => "reasoning" in event)).toBe(true);

  const chats = server.requests.map((request) => chatOf(request));
  expect(chats.map((chat) => chat?.["tool_choice"])).toEqual([undefined, "REQUIRED", "REQUIRED", "REQUIRED", "REQUIRED"]);
  // Parameters of tools go out whole, also those of the result's; the plan goes back with the call that it led to.
  expect(JSON.stringify(chats[1]?.["tools"])).toContain('"minimum":1');
  expect(chats[2]?.messages.slice(1)).toEqual([
    { role: "assistant", tool_plan: "I look.", tool_calls: [{ id: "f", type: "function", function: { name: "find", arguments: '{"query":"food"}' } }] },
    { role: "tool", tool_call_id: "f", content: "notes about food" },
  ]);
  expect(JSON.stringify(events)).not.toContain(key);
});

test("a month that is used up is not tried again", async () => {
  server = await cohereServer([failed(429, "You are using a Trial key, which is limited to 1000 API calls / month.")]);
  const failing = runProgram(await load(), { input: { topic: "tides" }, env: { COHERE_API_KEY: key, COHERE_URL: server.origin } });
  await expect(failing).rejects.toMatchObject({ class: "quota" });
  expect(server.requests).toHaveLength(1);
});
