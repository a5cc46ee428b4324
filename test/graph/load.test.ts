import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { RunError } from "../../src/diagnostics/errors.ts";
import type { Json } from "../../src/diagnostics/json.ts";
import { exprKinds } from "../../src/graph/expressions.schema.ts";
import { graphSchema } from "../../src/graph/graph.schema.ts";
import type { Graph } from "../../src/graph/graph.ts";
import { loadGraph } from "../../src/graph/load.ts";

const file = new URL("../../schemas/graph.schema.json", import.meta.url);
const place = "a.tantra:1:1";

const graph: Graph = {
  version: 1,
  sources: [{ path: "a.tantra", sha256: "00" }],
  types: { "a.tantra#Note": { name: "Note", fields: [{ name: "text", type: { kind: "string" } }] } },
  schemas: {},
  providers: {
    "a.tantra#llm": { name: "llm", place, of: { kind: "simulator" }, options: { api_key: { kind: "env", name: "KEY", place }, headers: { a: ["b"] } } },
  },
  models: { "a.tantra#small": { kind: "model", name: "small", place, provider: "a.tantra#llm", id: "m", parameters: {} } },
  retries: {},
  budgets: {},
  templates: {},
  tools: {},
  mcp: {},
  agents: {
    "a.tantra#greeter": {
      name: "greeter",
      place,
      params: [{ name: "name", type: { kind: "string" } }],
      result: { kind: "string" },
      model: { kind: "model", place, key: "a.tantra#small" },
      messages: [{ role: "user", text: { kind: "text", place, parts: ["Greet ", { kind: "read", place, name: "name" }] } }],
      callable: true,
      tools: [],
      handoffs: [],
      maxTurns: 10,
      maxToolCalls: 50,
      toolChoice: "auto",
      output: "native",
      ensure: [],
      check: [],
    },
  },
  workflows: {
    "a.tantra#main": {
      name: "main",
      place,
      params: [],
      result: { kind: "string" },
      body: [
        {
          kind: "let",
          place,
          name: "hello",
          value: {
            kind: "agent_call",
            place,
            path: "main/hello",
            agent: "a.tantra#greeter",
            args: { name: { kind: "literal", place, value: "you" } },
            options: {},
          },
        },
        { kind: "return", place, value: { kind: "read", place, name: "hello" } },
      ],
    },
  },
  tests: [],
  profiles: {},
  main: "a.tantra#main",
  mains: ["a.tantra#main"],
};

/** The graph as JSON with the value at a path replaced, or taken out where it is undefined. */
function changed(path: readonly (string | number)[], value: Json | undefined): unknown {
  const copy = structuredClone(graph) as unknown;
  let at = copy as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string | number, unknown>;
  const last = path.at(-1) ?? "";
  if (value === undefined) delete at[last];
  else at[last] = value;
  return copy;
}

async function refusal(json: unknown): Promise<RunError> {
  return loadGraph(json).then(
    () => expect.unreachable("the graph was accepted"),
    (error: unknown) => (error instanceof RunError ? error : expect.unreachable(String(error))),
  );
}

const call = ["workflows", "a.tantra#main", "body", 0, "value"] as const;
const refused: readonly (readonly [name: string, json: unknown, message: string, hint?: string])[] = [
  ["is no object", 3, "The graph has a value that is not of type object (at $)."],
  [
    "is of another version",
    changed(["version"], 2),
    "The graph is of version 2, and this Tantra reads version 1 (at $.version).",
    "Compile the program with this Tantra.",
  ],
  ["lacks a part", changed(["mains"], undefined), 'The graph lacks "mains" (at $).'],
  ["has a part too many", changed(["extra"], 1), 'The graph has "extra", which nothing reads there (at $).'],
  [
    "has an unknown kind of node",
    changed([...call, "kind"], "agent_cal"),
    'The graph has "agent_cal" as "kind", which is not known there (at $.workflows["a.tantra#main"].body[0].value).',
  ],
  ["has a node without a path", changed([...call, "path"], undefined), 'The graph lacks "path" (at $.workflows["a.tantra#main"].body[0].value).'],
  [
    "has a word that is none of its list",
    changed(["agents", "a.tantra#greeter", "output"], "jsn"),
    'The graph has a value that is none of ["native","tool","text"] (at $.agents["a.tantra#greeter"].output).',
  ],
  [
    "has a number where a text stands",
    changed(["models", "a.tantra#small", "id"], 3),
    'The graph has a value that is not of type string (at $.models["a.tantra#small"].id).',
  ],
  [
    "calls an agent that is not there",
    changed([...call, "agent"], "a.tantra#greter"),
    'The graph has no agent "a.tantra#greter" (at $.workflows["a.tantra#main"].body[0].value.agent).',
    'Did you mean "a.tantra#greeter"?',
  ],
  [
    "calls without an argument",
    changed([...call, "args"], {}),
    'The agent is called without its parameter "name" (at $.workflows["a.tantra#main"].body[0].value.args).',
  ],
  [
    "calls with an unknown argument",
    changed([...call, "args", "nam"], { kind: "literal", place, value: 1 }),
    'The agent has no parameter "nam" (at $.workflows["a.tantra#main"].body[0].value.args.nam).',
  ],
  [
    "reads a name that is not in scope",
    changed(["workflows", "a.tantra#main", "body", 1, "value", "name"], "helo"),
    'Nothing in scope is named "helo" (at $.workflows["a.tantra#main"].body[1].value.name).',
    'Did you mean "hello"?',
  ],
  [
    "reads a name before its let",
    changed([...call, "args", "name"], { kind: "read", place, name: "hello" }),
    'Nothing in scope is named "hello" (at $.workflows["a.tantra#main"].body[0].value.args.name.name).',
  ],
  [
    "names a provider that is not there",
    changed(["models", "a.tantra#small", "provider"], "gone"),
    'The graph has no provider "gone" (at $.models["a.tantra#small"].provider).',
  ],
  [
    "names a type that is not there",
    changed(["agents", "a.tantra#greeter", "result"], { kind: "record", name: "a.tantra#Not" }),
    'The graph has no type "a.tantra#Not" (at $.agents["a.tantra#greeter"].result.name).',
    'Did you mean "a.tantra#Note"?',
  ],
  [
    "has a pattern that cannot be read",
    changed(["agents", "a.tantra#greeter", "params", 0, "type"], { kind: "string", pattern: "(" }),
    '"(" is no regular expression (at $.agents["a.tantra#greeter"].params[0].type.pattern).',
  ],
  ["starts what is not there", changed(["main"], "a.tantra#mian"), 'The graph has no workflow "a.tantra#mian" (at $.main).', 'Did you mean "a.tantra#main"?'],
  [
    "calls itself",
    changed(["workflows", "a.tantra#main", "body", 0, "value"], {
      kind: "workflow_call",
      place,
      path: "main/hello",
      workflow: "a.tantra#main",
      args: {},
      options: {},
    }),
    'The graph goes round in a circle: $.workflows["a.tantra#main"], $.workflows["a.tantra#main"] (at $.workflows["a.tantra#main"]).',
  ],
  [
    "falls back to itself",
    changed(["models", "a.tantra#both"], { kind: "fallback", name: "both", place, models: ["a.tantra#small", "a.tantra#both"], cooldownMs: 0 }),
    'The graph goes round in a circle: $.models["a.tantra#both"], $.models["a.tantra#both"] (at $.models["a.tantra#both"]).',
  ],
  [
    "has an agent among its own tools",
    changed(["agents", "a.tantra#greeter", "tools"], [{ of: "agent", key: "a.tantra#greeter" }]),
    'The graph goes round in a circle: $.agents["a.tantra#greeter"], $.agents["a.tantra#greeter"] (at $.agents["a.tantra#greeter"]).',
  ],
  [
    "has a type that contains itself",
    changed(["types", "a.tantra#Note", "fields", 0, "type"], { kind: "list", element: { kind: "record", name: "a.tantra#Note" } }),
    'The graph goes round in a circle: $.types["a.tantra#Note"], $.types["a.tantra#Note"] (at $.types["a.tantra#Note"]).',
  ],
];

describe("a graph that is read", () => {
  it("is given as it stands when nothing is wrong with it", async () => {
    const json: unknown = JSON.parse(JSON.stringify(graph));
    expect(await loadGraph(json)).toEqual(graph);
  });

  it("may name a provider that only a profile declares", async () => {
    const json = changed(["models", "a.tantra#small", "provider"], "a.tantra#other") as Graph;
    const profiles = { live: { providers: { "a.tantra#other": { name: "other", place, of: { kind: "openai" }, options: {} } }, models: {}, mcp: {} } };
    expect((await loadGraph({ ...json, profiles })).profiles).toEqual(profiles);
  });

  it("may hand over in a circle, and hold data that looks like a call", async () => {
    const agents = changed(["agents", "a.tantra#greeter", "handoffs"], [{ agent: "a.tantra#greeter", args: {} }]) as Graph;
    expect(await loadGraph(agents)).toEqual(agents);
    const data = changed([...call, "args", "name"], { kind: "literal", place, value: { kind: "workflow_call", workflow: "a.tantra#main" } });
    expect(await loadGraph(data)).toEqual(data);
  });

  for (const [name, json, message, hint] of refused) {
    it(`is refused when it ${name}`, async () => {
      const error = await refusal(json);
      expect([error.code, error.message, error.hint]).toEqual(["T624", message, hint]);
    });
  }
});

describe("the schema of graphs", () => {
  it("is the one in schemas/graph.schema.json", () => {
    const text = `${JSON.stringify(graphSchema(), null, 2)}\n`;
    if (process.env["UPDATE"] === "1" || (!existsSync(file) && process.env["CI"] === undefined)) writeFileSync(file, text);
    expect(readFileSync(file, "utf8")).toBe(text);
  });

  it("closes every object that has properties", () => {
    const open: string[] = [];
    const walk = (node: unknown, path: string): void => {
      if (typeof node !== "object" || node === null) return;
      if ("properties" in node && !("additionalProperties" in node) && !path.endsWith("/if")) open.push(path);
      for (const [key, value] of Object.entries(node)) walk(value, `${path}/${key}`);
    };
    walk(graphSchema(), "");
    expect(open).toEqual([]);
  });

  it("has a definition for every kind of expression", () => {
    const definitions = Object.keys(graphSchema()["$defs"] as object);
    expect(exprKinds.filter((kind) => !definitions.includes(kind))).toEqual([]);
  });
});
