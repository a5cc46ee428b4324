import { afterEach, expect, test } from "vitest";
import { loadProgram, type RunEvent, runProgram } from "../../../src/index.ts";
import { folder } from "../../host/folder.ts";
import { bedrockServer, callTools, converseOf, failure, modelOf, reply, type ServedRequest } from "../../support/bedrock-server.ts";
import type { LocalServer, Script } from "../../support/local-server.ts";

let server: LocalServer | undefined;
afterEach(() => server?.close());

/** Made-up keys: they must reach the server, and nothing else. */
const env = { AWS_KEY: "AKIACANARY0123456789", AWS_SECRET: "canary/0123456789abcdefghijklmnopqrstuvw" };

const program = `
provider aws = bedrock {
  region: "us-east-1"
  access_key_id: env.AWS_KEY
  secret_access_key: env.AWS_SECRET
  base_url: env.AWS_URL
}
model fast = aws("us.anthropic.claude-haiku-4-5-20251001-v1:0") { max_tokens: 500, stop: ["END"], reasoning: low }
model smart = aws("us.anthropic.claude-sonnet-4-5-20250929-v1:0") { max_tokens: 2000, extra: { additionalModelRequestFields: { thinking: { type: "enabled", budget_tokens: 1024 } } } }

/// A claim and where it stands.
type Finding { claim: string(max: 200), source: string, confidence: "high" | "low" }

/// Searches the notes.
tool search_notes(query: string) -> string from "./search.ts" { effect: read }

agent researcher(topic: string) -> Finding[] {
  model: smart
  system: "You research."
  prompt: "Find out about \${topic}."
  tools: [search_notes]
}
agent editor(findings: Finding[]) -> string {
  model: fast
  prompt: "Sum up: \${json(findings)}"
}
workflow brief(topic: string) {
  let findings = researcher(topic)
  editor(findings)
}
`;

async function run(script: Script) {
  server = await bedrockServer(script);
  const cwd = folder({
    "package.json": "{}",
    "main.tantra": program,
    "search.ts": "export function search_notes({ query }: { query: string }) { return 'notes/tides.md says: ' + query; }",
  });
  const loaded = await loadProgram("main.tantra", { cwd });
  expect(loaded.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const events: RunEvent[] = [];
  const ended = runProgram(loaded, { input: { topic: "tides" }, env: { ...env, AWS_URL: server.origin }, onEvent: (event) => events.push(event) });
  return { ended, events };
}

const thinking = { text: "Let me look.", signature: "sig-1" };
const turns = (request: ServedRequest): ReturnType<typeof reply> => {
  const body = converseOf(request);
  if (body?.system === undefined) return reply("Tides are understood.");
  const asked = body.messages.length > 1;
  if (!asked) return reply("I search.", { thinking, toolCalls: [{ id: "tooluse_1", name: "search_notes", arguments: '{"query":"spring tides"}' }] });
  const result = JSON.stringify(body.messages.at(-1)?.content);
  return reply({ value: [{ claim: result.includes("spring tides") ? "heard" : "lost", source: "notes/tides.md", confidence: "high" }] });
};

test("a program with tools and structured output runs through Bedrock, with the usage and the cost that were reported", async () => {
  const { ended, events } = await run(turns);
  const { value, usage, cost } = await ended;
  expect(value).toBe("Tides are understood.");

  // Three requests of 16 fresh, 4 read and 3 written tokens and 10 of output. By hand, at the regional prices of the table per
  // million: Sonnet 3.30, 0.33, 4.125 and 16.50, Haiku a third of each.
  expect(usage).toEqual({ input: 69, cachedInput: 12, cacheWrite: 9, output: 30, reasoning: 0 });
  const sonnet = (16 * 3.3 + 4 * 0.33 + 3 * 4.125 + 10 * 16.5) / 1e6;
  expect(cost.unpriced).toBe(0);
  expect(cost.usd).toBeCloseTo(2 * sonnet + sonnet / 3, 10);

  const told = events.map(({ type }) => type).filter((type) => type !== "model.delta" && !type.startsWith("step."));
  const request = ["model.queued", "model.requested", "model.replied", "budget.spent"];
  expect(told).toEqual([
    "run.started",
    ...["agent.started", ...request, "tool.called", "tool.returned", ...request, "agent.finished"],
    ...["agent.started", ...request, "agent.finished"],
    "run.finished",
  ]);
  const seen = events.flatMap((event) => (event.type === "model.delta" && event.reasoning !== undefined ? event.reasoning : [])).join("");
  expect(seen).toBe("Let me look.");

  const [first, second, third] = server?.requests ?? [];
  expect([modelOf(first), modelOf(third)]).toEqual(["us.anthropic.claude-sonnet-4-5-20250929-v1:0", "us.anthropic.claude-haiku-4-5-20251001-v1:0"]);
  // The bound of the claim is left out, and so is the wrong that a reply can be: it is checked here.
  const schema = { type: "object", properties: { value: { type: "array" } } };
  const format = (first?.body?.["outputConfig"] as { textFormat?: { structure?: { jsonSchema?: { schema: string } } } } | undefined)?.textFormat;
  expect(JSON.parse(format?.structure?.jsonSchema?.schema ?? "")).toMatchObject(schema);
  expect(format?.structure?.jsonSchema?.schema).not.toContain("maxLength");
  expect(first?.body?.["additionalModelRequestFields"]).toEqual({ thinking: { type: "enabled", budget_tokens: 1024 } });
  expect(converseOf(second)?.messages.slice(1)).toEqual([
    {
      role: "assistant",
      content: [
        { reasoningContent: { reasoningText: thinking } },
        { text: "I search." },
        { toolUse: { toolUseId: "tooluse_1", name: "search_notes", input: { query: "spring tides" } } },
      ],
    },
    { role: "user", content: [{ toolResult: { toolUseId: "tooluse_1", content: [{ text: "notes/tides.md says: spring tides" }] } }] },
  ]);
  expect(third?.body).toMatchObject({ inferenceConfig: { maxTokens: 500, stopSequences: ["END"] }, outputConfig: { effort: "low" } });
  expect(JSON.stringify(events)).not.toMatch(/AKIACANARY|canary/);
});

test("a failure names the line of the model, says what the service said, and shows no key", async () => {
  const { ended, events } = await run(() => failure(403, "UnrecognizedClientException", `The key ${env.AWS_KEY} is invalid.`));
  const error = await ended.catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ class: "auth", hint: expect.stringContaining("`secret_access_key`") });
  expect(String(error)).toContain("is invalid.");
  expect(JSON.stringify(events) + String(error)).not.toMatch(/AKIACANARY|canary/);
  expect(server?.requests).toHaveLength(1);
});

test("a retry is the loop's, and one attempt is one request", async () => {
  const busy = failure(503, "ServiceUnavailableException", "Busy.");
  const { ended, events } = await run((request, index) => (index === 0 ? busy : turns(request)));
  expect((await ended).value).toBe("Tides are understood.");
  expect(server?.requests).toHaveLength(4);
  expect(events.filter(({ type }) => type === "retry.scheduled")).toHaveLength(1);
});

test("a tool that is called is answered in Converse's form even where the model calls one that does not exist", async () => {
  const { ended } = await run((request) => {
    const body = converseOf(request);
    return body?.messages.length === 1 && body.system !== undefined ? callTools({ name: "serch", arguments: "{}" }) : turns(request);
  });
  await ended;
  expect(converseOf(server?.requests[1])?.messages.at(-1)).toEqual({
    role: "user",
    content: [{ toolResult: { toolUseId: "tooluse_0", content: [{ text: '{"error":"not_found","message":"serch"}' }] } }],
  });
});
