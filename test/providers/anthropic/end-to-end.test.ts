import { afterEach, expect, test } from "vitest";
import { createPriceTable } from "../../../src/agent/price-table.ts";
import { noUsage, type Usage } from "../../../src/agent/usage.ts";
import { loadProgram, type RunEvent, runProgram } from "../../../src/index.ts";
import { folder } from "../../host/folder.ts";
import {
  type AnthropicServer,
  anthropicServer,
  errorBody,
  messagesOf,
  reply,
  type Script,
  type ServedRequest,
  status,
} from "../../support/anthropic-server.ts";

let server: AnthropicServer | undefined;
afterEach(() => server?.close());

/** A made-up key: it must reach the server, and nothing else. */
const key = "sk-ant-canary-0123456789abcdef";

const program = `
provider llm = anthropic { api_key: env.ANTHROPIC_API_KEY, base_url: env.ANTHROPIC_BASE_URL }
model fast = llm("claude-haiku-4-5") { max_tokens: 1000 }
model large = llm("claude-sonnet-5") { max_tokens: 8000, reasoning: low }

retry quickly { attempts: 2, delay: 1ms, jitter: none }

type Finding { claim: string, source: string, confidence: "low" | "high" }
type Brief { title: string, findings: Finding[] }

tool search_notes(query: string) -> string[] from "./notes.ts"

agent planner(topic: string) -> string[](max: 3) { model: fast, retry: quickly, prompt: "List angles of \${topic}." }

agent researcher(angle: string) -> Finding[] {
  model: large
  tools: [search_notes]
  system: "You use your tools."
  prompt: "Your angle: \${angle}"
}

workflow research(topic: string) -> Brief {
  let angles = planner(topic)
  let found = for angle in angles { researcher(angle) }
  return { title: topic, findings: flatten(found) }
}
`;
const files = { "main.tantra": program, "notes.ts": "export const search_notes = ({ query }) => [`a note on ${query}`];\n" };

async function run(script: Script) {
  server = await anthropicServer(script);
  const events: RunEvent[] = [];
  const loaded = await loadProgram("main.tantra", { cwd: folder(files) });
  const env = { ANTHROPIC_API_KEY: key, ANTHROPIC_BASE_URL: server.url };
  const result = await runProgram(loaded, { input: { topic: "tides" }, env, onEvent: (event) => events.push(event) });
  return { result, events };
}

const usage = (input_tokens: number, cache_read_input_tokens: number, output_tokens: number) => ({ input_tokens, cache_read_input_tokens, output_tokens });
const thinking = (of: string) => ({ type: "thinking", thinking: `About ${of}.`, signature: `signed-${of}` });
const system = (request: ServedRequest) => messagesOf(request)?.system;

test("a program runs: structured output, tools, thinking that goes back, a retry, events in order and cost to the cent", async () => {
  let refusals = 0;
  const { result, events } = await run((request) => {
    if (system(request) === undefined) {
      if (refusals++ === 0) return status(529, errorBody("overloaded_error", "Overloaded"));
      return reply({ value: ["clocks", "food"] }, { usage: usage(1000, 0, 100) });
    }
    const messages = messagesOf(request)?.messages ?? [];
    const angle = String(messages[0]?.content).replace("Your angle: ", "");
    if (messages.length === 1) {
      const call = { type: "tool_use", id: `toolu_${angle}`, name: "search_notes", input: { query: angle } };
      return reply([thinking(angle), { type: "text", text: "I look it up." }, call], { usage: usage(2000, 0, 200) });
    }
    const answers = messages.at(-1)?.content as readonly { content: string }[] | undefined;
    return reply({ value: [{ claim: answers?.[0]?.content, source: angle, confidence: "high" }] }, { usage: usage(1000, 2000, 300) });
  });

  expect(result.value).toEqual({
    title: "tides",
    findings: ["clocks", "food"].map((angle) => ({ claim: `["a note on ${angle}"]`, source: angle, confidence: "high" })),
  });

  // The planner's two attempts, and two turns of each researcher.
  const requests = server?.requests.map((request) => messagesOf(request)) ?? [];
  expect(requests.map((body) => body?.model)).toEqual(["claude-haiku-4-5", "claude-haiku-4-5", ...Array<string>(4).fill("claude-sonnet-5")]);
  expect(server?.requests.every(({ headers }) => headers["authorization"] === `Bearer ${key}`)).toBe(true);
  const itemOf = (body: (typeof requests)[number]) => body?.output_config?.format;
  // The bound of the list is not sent, and still holds.
  expect(itemOf(requests[0])).toEqual({
    type: "json_schema",
    schema: { type: "object", properties: { value: { type: "array", items: { type: "string" } } }, required: ["value"], additionalProperties: false },
  });
  expect(requests[2]).toMatchObject({ thinking: { type: "adaptive" }, output_config: { effort: "low" }, max_tokens: 8000, system: "You use your tools." });
  expect(requests[2]?.tools?.map(({ name }) => name)).toEqual(["search_notes"]);
  expect(requests[3]?.messages).toEqual([
    { role: "user", content: "Your angle: clocks" },
    {
      role: "assistant",
      content: [
        thinking("clocks"),
        { type: "text", text: "I look it up." },
        { type: "tool_use", id: "toolu_clocks", name: "search_notes", input: { query: "clocks" } },
      ],
    },
    { role: "user", content: [{ type: "tool_result", tool_use_id: "toolu_clocks", content: '["a note on clocks"]' }] },
  ]);

  const told = events.flatMap((event) =>
    ["model.failed", "model.replied", "retry.scheduled", "tool.returned"].includes(event.type) ? [`${event.path} ${event.type}`] : [],
  );
  expect(told).toEqual([
    "research/angles/turn[0] model.failed",
    "research/angles/turn[0] retry.scheduled",
    "research/angles/turn[0] model.replied",
    ...[0, 1].flatMap((index) => [
      `research/found[${index}]/researcher/turn[0] model.replied`,
      `research/found[${index}]/researcher/turn[0]/call[0]/search_notes tool.returned`,
      `research/found[${index}]/researcher/turn[1] model.replied`,
    ]),
  ]);
  const shown = events.flatMap((event) => (event.type === "model.delta" && event.reasoning !== undefined ? [event.reasoning] : []));
  expect(shown.join("")).toBe("About clocks.About food.");

  // Haiku: 1000 at $1, 100 at $5. Sonnet, twice: 2000 at $2, 200 at $10; 1000 at $2, 2000 cached at $0.20, 300 at $10.
  const haiku = (1000 * 1 + 100 * 5) / 1e6;
  const sonnet = (2000 * 2 + 200 * 10 + 1000 * 2 + 2000 * 0.2 + 300 * 10) / 1e6;
  expect(result.cost.usd).toBeCloseTo(haiku + 2 * sonnet, 10);
  expect(result.cost.unpriced).toBe(0);
  expect(result.usage).toMatchObject({ input: 1000 + 2 * 5000, cachedInput: 4000, output: 100 + 2 * 500 });
  expect(JSON.stringify(events)).not.toContain(key);
});

test("a key that is not accepted ends the run with the vendor's words and where to look, and is not shown", async () => {
  const failed = await run(() => status(401, errorBody("authentication_error", `invalid key ${key}`))).catch((error: unknown) => error);
  expect(failed).toMatchObject({
    class: "auth",
    message: 'The model "fast" (claude-haiku-4-5) failed: invalid key ***.',
    hint: `Look at \`api_key\`: ${server?.host} does not accept it.`,
  });
  expect(server?.requests).toHaveLength(1);
});

const table = createPriceTable();
await table.load?.();
const at = Date.UTC(2026, 10, 1);

test.each([
  ["claude-haiku-4-5", 1, 0.1, 1.25, 5],
  ["claude-haiku-4-5-20251001", 1, 0.1, 1.25, 5],
  ["claude-sonnet-4-6", 3, 0.3, 3.75, 15],
  ["claude-sonnet-5", 2, 0.2, 2.5, 10],
  ["claude-opus-5", 5, 0.5, 6.25, 25],
])("the table's prices of %s, by the million tokens", (id, input, cached, write, output) => {
  const million = 1_000_000;
  const of = (more: Partial<Usage>) => table.cost("anthropic", id, { ...noUsage, ...more }, at);
  expect(of({ input: million })).toBeCloseTo(input);
  expect(of({ input: million, cachedInput: million })).toBeCloseTo(cached);
  expect(of({ input: million, cacheWrite: million })).toBeCloseTo(write);
  expect(of({ output: million, reasoning: million / 2 })).toBeCloseTo(output);
  expect(of({ input: 3 * million, cachedInput: million, cacheWrite: million, output: million })).toBeCloseTo(input + cached + write + output);
});
