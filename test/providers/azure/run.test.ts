import { afterEach, expect, test } from "vitest";
import { loadProgram, type RunEvent, runProgram } from "../../../src/index.ts";
import { folder } from "../../host/folder.ts";
import { azureEvents, azureReply, azureServer } from "../../support/azure-server.ts";
import { callTools, chatOf, type OpenAIServer, rawStream } from "../../support/openai-server.ts";
import { inputOf, itemOf, respond } from "../../support/responses-server.ts";

const key = "azure-key-0123456789abcdef";
let server: OpenAIServer | undefined;
afterEach(() => server?.close());

/** Asks a deployment for the weather of two places, with a tool and a typed result. */
const program = (api: string, model: string) => `provider llm = azure { base_url: env.AZURE_URL, api_key: env.AZURE_API_KEY, api: ${api} }
model fast = llm("${model}") { max_tokens: 500, reasoning: low }
type Report { place: string, rain: bool }
/// The weather of a place.
tool weather(place: string) -> string from "./tools.ts"
agent reporter(places: string) -> Report[] { model: fast, tools: [weather], system: "You report.", prompt: places }`;
const tools = "export const weather = ({ place }) => (place === 'Oslo' ? 'rain' : 'sun');";

async function run(api: string, model = "gpt-5-mini") {
  const cwd = folder({ "main.tantra": program(api, model), "tools.ts": tools });
  const events: RunEvent[] = [];
  const env = { AZURE_URL: server?.origin, AZURE_API_KEY: key };
  const loaded = await loadProgram("main.tantra", { cwd });
  expect(loaded.diagnostics).toEqual([]);
  const result = await runProgram(loaded, { input: { places: "Oslo, Rome" }, env, onEvent: (event) => events.push(event) });
  const shown = ["run.started", "model.replied", "tool.called", "tool.returned", "run.finished"];
  return { result, events, order: events.map(({ type }) => type).filter((type) => shown.includes(type)) };
}

const reports = [
  { place: "Oslo", rain: true },
  { place: "Rome", rain: false },
];
const calls = [
  { id: "c1", name: "weather", arguments: '{"place":"Oslo"}' },
  { id: "c2", name: "weather", arguments: '{"place":"Rome"}' },
] as const;
/** Twice 20 tokens read, 4 of them cached, and 10 written, at Azure's prices of gpt-5-mini. */
const cost = (2 * (16 * 0.25 + 4 * 0.025 + 10 * 2)) / 1_000_000;

test("a program runs over Azure's chat completions: tools, a typed result, usage and what it cost", async () => {
  server = await azureServer([callTools(...calls), azureReply({ value: reports })]);
  const { result, order, events } = await run("chat_completions");
  expect(result.value).toEqual(reports);
  expect([order[0], order[1], order.at(-2), order.at(-1)]).toEqual(["run.started", "model.replied", "model.replied", "run.finished"]);
  expect(order.slice(2, -2).sort()).toEqual(["tool.called", "tool.called", "tool.returned", "tool.returned"]);
  expect(result.usage).toMatchObject({ input: 40, cachedInput: 8, output: 20, reasoning: 4 });
  expect(result.cost.usd).toBeCloseTo(cost, 12);
  const [first, second] = server.requests.map(chatOf);
  expect(first).toMatchObject({ model: "gpt-5-mini", reasoning_effort: "low", max_completion_tokens: 500, response_format: { type: "json_schema" } });
  expect(second?.messages.filter(({ role }) => role === "tool").map(({ content }) => content)).toEqual(["rain", "sun"]);
  expect(server.requests.every(({ headers }) => headers["api-key"] === key)).toBe(true);
  expect(JSON.stringify(events)).not.toContain(key);
});

test("over Responses the reasoning of a turn goes back with its calls, in their order", async () => {
  const said = [{ reasoning: "Two places." }, { call: "weather", ...calls[0] }, { reasoning: "" }, { call: "weather", ...calls[1] }];
  server = await azureServer([respond(said), respond([{ reasoning: "Now I know." }, { text: JSON.stringify({ value: reports }) }])]);
  const { result, events } = await run("responses");
  expect(result.value).toEqual(reports);
  expect(result.cost.usd).toBeCloseTo(cost, 12);
  const [first, second] = server.requests;
  expect(first?.body).toMatchObject({ instructions: "You report.", reasoning: { effort: "low" }, store: false, text: { format: { type: "json_schema" } } });
  expect(inputOf(second)).toEqual([
    { role: "user", content: "Oslo, Rome" },
    ...said.map(itemOf),
    { type: "function_call_output", call_id: "c1", output: "rain" },
    { type: "function_call_output", call_id: "c2", output: "sun" },
  ]);
  const thoughts = events.flatMap((event) => (event.type === "model.delta" && event.reasoning !== undefined ? [event.reasoning] : []));
  expect(thoughts.join("")).toBe("Two places.Now I know.");
});

test("a deployment with a name of its own is priced as the model that it says it is", async () => {
  server = await azureServer([azureReply({ value: reports }, { model: "gpt-5-mini-2025-08-07" })]);
  const { result, events } = await run("chat_completions", "our-weather-model");
  expect(result.cost).toEqual({ usd: expect.closeTo(cost / 2, 12), unpriced: 0 });
  expect(events.flatMap((event) => (event.type === "model.replied" ? [event.pricedAs] : []))).toEqual(["gpt-5-mini-2025-08-07"]);
});

test("what was served as flex is unpriced, and its reply says flex", async () => {
  const served = azureEvents(JSON.stringify({ value: reports }), "gpt-5-mini").map((event) =>
    event.replace('"created":1,', '"created":1,"service_tier":"flex",'),
  );
  server = await azureServer([rawStream([...served, "data: [DONE]\n\n"])]);
  const { result, events } = await run("chat_completions");
  expect(result.cost).toEqual({ usd: 0, unpriced: 1 });
  expect(events.flatMap((event) => (event.type === "model.replied" ? [event.reply.tier] : []))).toEqual(["flex"]);
});

test("a deployment that says no other name than its own is unpriced", async () => {
  server = await azureServer([azureReply({ value: reports })]);
  const { result } = await run("chat_completions", "our-weather-model");
  expect(result.cost).toMatchObject({ usd: 0, unpriced: 1 });
});
