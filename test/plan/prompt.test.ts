import { describe, expect, it } from "vitest";
import type { AgentNode, Graph } from "../../src/graph/graph.ts";
import { renderPrompt } from "../../src/plan/prompt.ts";

const place = "a.tantra:1:1";
const brief: AgentNode = {
  name: "brief",
  place,
  params: [
    { name: "topic", type: { kind: "string" } },
    { name: "points", type: { kind: "list", element: { kind: "string" } }, default: ["one", "two"] },
  ],
  result: { kind: "list", element: { kind: "string", max: 9 } },
  model: { kind: "model", place, key: "a#safe" },
  messages: [
    { role: "system", text: { kind: "literal", place, value: "You are brief." } },
    {
      role: "user",
      text: {
        kind: "text",
        place,
        parts: [
          "About ",
          { kind: "read", place, name: "topic" },
          ":\n",
          { kind: "text_for", place, name: "point", list: { kind: "read", place, name: "points" }, body: ["- ", { kind: "read", place, name: "point" }, "\n"] },
        ],
      },
    },
  ],
  callable: true,
  tools: [
    { of: "tool", key: "a#search" },
    { of: "mcp", key: "a#files", tool: "*" },
  ],
  handoffs: [{ agent: "a#taker", args: {} }],
  maxTurns: 10,
  maxToolCalls: 50,
  toolChoice: { tool: "search" },
  output: "native",
  ensure: [],
  check: [],
};
const parameters = { type: "object", properties: { query: { type: "string" } }, required: ["query"], additionalProperties: false };
const graph: Graph = {
  version: 1,
  sources: [{ path: "a", sha256: "00" }],
  types: {},
  schemas: { "a#search": { parameters, result: {} } },
  providers: {
    "a#near": { name: "near", place, of: { kind: "simulator" }, options: {} },
    "a#far": { name: "far", place, of: { kind: "openai" }, options: {} },
  },
  models: {
    "a#safe": { kind: "fallback", name: "safe", place, models: ["a#first", "a#second", "a#first"], cooldownMs: 0 },
    "a#first": { kind: "model", name: "first", place, provider: "a#far", id: "gpt-5", parameters: { max_tokens: 10 }, extra: { tier: "flex" } },
    "a#second": { kind: "model", name: "second", place, provider: "a#near", id: "small", parameters: {} },
  },
  retries: {},
  budgets: {},
  templates: {},
  tools: {
    "a#search": { name: "search", place, doc: "Search.", params: [], result: { kind: "json" }, module: "search.ts", effect: "read" },
  },
  mcp: { "a#files": { name: "files", place, options: {} } },
  agents: { "a#brief": brief, "a#taker": { ...brief, name: "taker", doc: "Takes over.", handoffs: [] } },
  workflows: {},
  tests: [],
  profiles: {
    other: { providers: {}, models: { "a#first": { kind: "model", name: "first", place, provider: "a#near", id: "gpt-5-mini", parameters: {} } }, mcp: {} },
  },
  main: null,
  mains: [],
};
const options = { refusedKeywords: (provider: { of: object }) => ("kind" in provider.of && provider.of.kind === "openai" ? ["maxLength"] : []) };

const wrapped = (items: object) => ({ type: "object", properties: { value: { type: "array", items } }, required: ["value"], additionalProperties: false });

describe("the prompt of an agent", () => {
  it("is its opening with the arguments filled in, and the request of its first turn for each model", async () => {
    const rendered = await renderPrompt(graph, "brief", { topic: "tides" }, options);
    const messages = [
      { role: "system", content: "You are brief." },
      { role: "user", content: "About tides:\n- one\n- two\n" },
    ];
    const tools = [
      { name: "search", description: "Search.", parameters },
      { name: "handoff_taker", description: "Takes over.", parameters: { type: "object", properties: {}, additionalProperties: false } },
    ];
    expect(rendered).toMatchObject({ agent: "a#brief", messages, tools, unlisted: ["files.*"] });
    expect(rendered.requests.map(({ model, provider, leftOut }) => [model, provider, leftOut])).toEqual([
      ["a#first", "a#far", ["maxLength"]],
      ["a#second", "a#near", []],
    ]);
    expect(rendered.requests[0]?.request).toMatchObject({
      model: "gpt-5",
      messages,
      tools,
      toolChoice: { tool: "search" },
      output: { name: "brief", schema: wrapped({ type: "string" }), strict: false },
      parameters: { max_tokens: 10 },
      extra: { tier: "flex" },
    });
    expect(rendered.requests[1]?.request.output).toEqual({ name: "brief", schema: wrapped({ type: "string", maxLength: 9 }), strict: true });
  });

  it("shows the tools of a server as far as they are known without asking it", async () => {
    const known = [
      { name: "read-file", description: "Reads.", parameters },
      { name: "remove", parameters: {} },
    ];
    const held: Graph = { ...graph, mcp: { "a#files": { name: "files", place, options: { deny: ["remove"] } } } };
    const rendered = await renderPrompt(held, "brief", { topic: "tides" }, { ...options, serverTools: (key) => (key === "a#files" ? known : undefined) });
    expect(rendered.unlisted).toEqual([]);
    expect(rendered.tools.map(({ name, description }) => [name, description])).toEqual([
      ["search", "Search."],
      ["files_read_file", "Reads."],
      ["handoff_taker", "Takes over."],
    ]);
  });

  it("is asked of the models that a profile puts in", async () => {
    const { requests } = await renderPrompt(graph, "a#brief", { topic: "tides" }, { ...options, profile: "other" });
    expect(requests.map(({ request }) => request.model)).toEqual(["gpt-5-mini", "small"]);
  });

  it("is refused where an argument does not fit, or there is no such agent", async () => {
    await expect(renderPrompt(graph, "brief", { topc: "tides" }, options)).rejects.toMatchObject({
      code: "T621",
      message: '"topic" (string) is missing. There is no parameter "topc". Did you mean "topic"?',
    });
    await expect(renderPrompt(graph, "breif", { topic: "tides" }, options)).rejects.toMatchObject({
      message: 'There is no agent "breif".',
      hint: 'Did you mean "brief"?',
    });
  });

  it("is refused where several agents have the name", async () => {
    const agents = { "b#brief": brief, "c#brief": brief };
    await expect(renderPrompt({ ...graph, agents }, "brief", { topic: "x" }, options)).rejects.toMatchObject({ hint: "Write b#brief or c#brief." });
  });
});
