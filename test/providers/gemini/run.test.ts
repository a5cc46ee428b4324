import { afterEach, expect, test } from "vitest";
import { createPriceTable } from "../../../src/agent/price-table.ts";
import { noUsage } from "../../../src/agent/usage.ts";
import { loadProgram, type RunEvent, runProgram } from "../../../src/index.ts";
import { folder } from "../../host/folder.ts";
import { callTools, geminiServer, generateOf, rateLimited, reply } from "../../support/gemini-server.ts";
import type { LocalServer } from "../../support/local-server.ts";

let server: LocalServer | undefined;
afterEach(() => server?.close());

const program = `
provider gemini { api_key: env.GEMINI_API_KEY, base_url: env.GEMINI_BASE_URL }
model flash = gemini("gemini-3.5-flash") { max_tokens: 1000, reasoning: low, retry: quick }
retry quick { attempts: 2, delay: 1ms }

type Finding {
  claim: string(max: 80)
  source: string
}

/// Search the notes.
tool search(query: string, limit: int = 3) -> string[] from "./search.ts" { effect: read }

/// Finds what is known.
agent researcher(topic: string) -> Finding[](max: 2) {
  model: flash
  tools: [search]
  system: "You are meticulous."
  prompt: "What is known of \${topic}?"
}

workflow main(topic: string) -> string {
  let found = researcher(topic)
  let best = first(found) ?? fail "nothing was found"
  return "\${len(found)} finding: \${best.claim}"
}
`;

test("a program with tools and structured output runs against the API, with events, usage and cost", async () => {
  const findings = { value: [{ claim: "Tides sort species by height.", source: "notes/tides.md" }] };
  server = await geminiServer([
    rateLimited("0.001s"),
    callTools({ id: "x1", name: "search", args: { query: "tides" } }, { id: "x2", name: "search", args: { query: "moon", limit: 1 } }),
    reply(findings, { parts: [{ text: "", thoughtSignature: "bGFzdA==" }] }),
  ]);
  const cwd = folder({ "main.tantra": program, "search.ts": "export const search = ({ query, limit }) => [`about ${query}`, `at most ${limit}`];" });
  const events: RunEvent[] = [];
  const result = await runProgram(await loadProgram("main.tantra", { cwd }), {
    input: { topic: "tides" },
    env: { GEMINI_API_KEY: "AIza-canary-0123456789", GEMINI_BASE_URL: server.origin },
    onEvent: (event) => events.push(event),
  });

  expect(result.value).toBe("1 finding: Tides sort species by height.");
  expect(events.map(({ type }) => type).filter((type) => type !== "model.delta" && /^(model|tool|run)\./.test(type))).toEqual([
    "run.started",
    "model.queued",
    "model.requested",
    "model.failed",
    "model.queued",
    "model.requested",
    "model.replied",
    "tool.called",
    "tool.called",
    "tool.returned",
    "tool.returned",
    "model.queued",
    "model.requested",
    "model.replied",
    "run.finished",
  ]);
  // Two replies of 20 tokens in, 4 of them cached, and 10 out: $1.50, $0.15 and $9.00 per million.
  expect(result.usage).toMatchObject({ input: 40, cachedInput: 8, output: 20, reasoning: 4 });
  expect(result.cost.usd).toBeCloseTo((32 * 1.5 + 8 * 0.15 + 20 * 9) / 1e6, 12);
  expect(result.cost.unpriced).toBe(0);
  expect(JSON.stringify(events)).not.toContain("AIza-canary");

  const [, first, second] = server.requests.map(generateOf);
  expect(first).toMatchObject({
    systemInstruction: { parts: [{ text: "You are meticulous." }] },
    contents: [{ role: "user", parts: [{ text: "What is known of tides?" }] }],
    tools: [{ functionDeclarations: [{ name: "search", description: "Search the notes." }] }],
    generationConfig: { maxOutputTokens: 1000, responseMimeType: "application/json", thinkingConfig: { thinkingLevel: "LOW", includeThoughts: true } },
  });
  expect(JSON.stringify(first)).not.toContain("maxLength");
  expect(second?.contents.slice(1)).toEqual([
    {
      role: "model",
      parts: [
        { functionCall: { id: "x1", name: "search", args: { query: "tides" } }, thoughtSignature: "c2lnbmVk" },
        { functionCall: { id: "x2", name: "search", args: { query: "moon", limit: 1 } } },
      ],
    },
    {
      role: "user",
      parts: [
        { functionResponse: { id: "x1", name: "search", response: { output: ["about tides", "at most 3"] } } },
        { functionResponse: { id: "x2", name: "search", response: { output: ["about moon", "at most 1"] } } },
      ],
    },
  ]);
});

test("what the tests and examples ask for has its price in the table", async () => {
  const table = createPriceTable();
  await table.load?.();
  const million = { ...noUsage, input: 1_000_000, output: 1_000_000 };
  const at = Date.UTC(2026, 10, 1);
  expect(table.cost("gemini", "gemini-3.5-flash", million, at)).toBeCloseTo(10.5);
  expect(table.cost("gemini", "gemini-2.5-flash", { ...million, cachedInput: 1_000_000 }, at)).toBeCloseTo(0.03 + 2.5);
  expect(table.cost("gemini", "gemini-3.5-flash-lite", million, at)).toBeCloseTo(2.8);
});
