import { afterEach, expect, it } from "vitest";
import { folder } from "../host/folder.ts";
import { chatOf, errorBody, type OpenAIServer, openaiServer, reply, status } from "../support/openai-server.ts";
import { tantra } from "./tantra.ts";

const key = "sk-canary-0123456789";
const program = `provider sim = simulator
provider llm = openai { api_key: env.OPENAI_API_KEY, base_url: env.OPENAI_BASE_URL ?? "https://api.openai.com/v1" }
model fast = llm("gpt-5-mini") { max_tokens: 4000, reasoning: low }
model own = llm("house-1") { price: { input: $1, output: $2 } }
model lost = llm("nobody-knows-it")
model offline = sim("gpt-5")
agent a() { model: fallback_of, prompt: "x" }
model fallback_of = fallback(fast, own, lost, offline)
`;

let server: OpenAIServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

it("lists models with price and context, and the variables that are not set, asking nobody", async () => {
  const ran = await tantra(["models", "main.tantra"], { cwd: folder({ "main.tantra": program }) });
  expect(ran).toEqual({
    code: 0,
    stderr: "",
    stdout: `model    provider         id                 $/M in  $/M out  context
fast     llm (openai)     gpt-5-mini           0.25        2  400,000  needs OPENAI_API_KEY
lost     llm (openai)     nobody-knows-it  unpriced                    needs OPENAI_API_KEY
offline  sim (simulator)  gpt-5                1.25       10  400,000  offline
own      llm (openai)     house-1                 1        2           needs OPENAI_API_KEY

Not set: OPENAI_API_KEY. Set it in the shell, or in a file .env in the project's root.
Dollars for a million tokens: the program's own, else genai-prices 0.1.8 (2026-09-23).
`,
  });
});

it("calls a model on a server of one's own free, and a hosted one by its id unpriced", async () => {
  const own = `provider here = ollama
provider there = ollama { api_key: env.OLLAMA_API_KEY, base_url: "https://ollama.com" }
model a = here("qwen3:8b")
model b = here("gpt-oss:120b-cloud")
model c = there("gpt-oss:120b")
agent x() { model: fallback_of, prompt: "x" }
model fallback_of = fallback(a, b, c)
`;
  const ran = await tantra(["models", "main.tantra"], { cwd: folder({ "main.tantra": own }) });
  expect(ran.stdout.split("\n").map((line) => /^[abc] .*(free|unpriced)/.exec(line)?.[1])).toEqual([
    undefined,
    "free",
    "unpriced",
    "unpriced",
    ...Array(4).fill(undefined),
  ]);
});

it("with --check asks each model once, and says what failed and what it cost", async () => {
  server = await openaiServer((request) =>
    chatOf(request)?.model === "nobody-knows-it" ? status(404, errorBody("The model does not exist", { code: "model_not_found" })) : reply("Hello"),
  );
  const env = { OPENAI_API_KEY: key, OPENAI_BASE_URL: server.url };
  const ran = await tantra(["models", "main.tantra", "--check", "--json"], { cwd: folder({ "main.tantra": program }), env });
  expect(ran.code).toBe(1);
  const { models } = JSON.parse(ran.stdout) as { models: { name: string; reached?: { ok: boolean; class?: string; cost?: { usd: number } } }[] };
  expect(models.map(({ name, reached }) => [name, reached?.ok ?? null, reached?.class ?? reached?.cost?.usd ?? null])).toEqual([
    ["fast", true, (16 * 0.25 + 4 * 0.025 + 10 * 2) / 1e6],
    ["lost", false, "not_found"],
    ["offline", null, null],
    ["own", true, (20 * 1 + 10 * 2) / 1e6],
  ]);
  expect(server.requests.map((request) => [chatOf(request)?.messages, chatOf(request)?.["max_completion_tokens"]])).toEqual(
    Array(3).fill([[{ role: "user", content: "Hi" }], 16]),
  );
  expect(ran.stdout + ran.stderr).not.toContain(key);
});

it("sends no key to a host that the program names itself", async () => {
  server = await openaiServer([]);
  const cwd = folder({
    "main.tantra": `provider llm = openai { api_key: env.OPENAI_API_KEY, base_url: "${server.url}" }\nmodel m = llm("x")\nagent a() { model: m, prompt: "x" }`,
  });
  const ran = await tantra(["models", "main.tantra", "--check"], { cwd, env: { OPENAI_API_KEY: key } });
  expect(ran.code).toBe(2);
  expect(ran.stderr).toContain("--trust 127.0.0.1");
  expect(server.requests).toHaveLength(0);
});

it("a model that nobody knows the price of is told of by check where a budget spends on it", async () => {
  const program = `provider llm = openai { api_key: env.OPENAI_API_KEY }
model known = llm("gpt-5-mini") { max_tokens: 100 }
model house = llm("house-1") { max_tokens: 100 }
agent a() { model: known, prompt: "x" }
agent b() { model: house, prompt: "x" }
workflow w() {
  budget: $1
  a() + b()
}
`;
  const ran = await tantra(["check", "main.tantra", "--json"], { cwd: folder({ "main.tantra": program }) });
  expect(JSON.parse(ran.stdout)).toMatchObject([{ code: "T457", severity: "warning", hint: expect.stringContaining("price: {") }]);
});
