import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { afterEach, describe, expect, test } from "vitest";
import type { RunEvent } from "../../src/index.ts";
import { folder } from "../host/folder.ts";
import * as anthropic from "../support/anthropic-server.ts";
import { azureReply } from "../support/azure-server.ts";
import * as bedrock from "../support/bedrock-server.ts";
import * as cohere from "../support/cohere-server.ts";
import * as gemini from "../support/gemini-server.ts";
import { type Behaviour, type LocalServer, localServer } from "../support/local-server.ts";
import * as ollama from "../support/ollama-server.ts";
import * as openai from "../support/openai-server.ts";
import { respond } from "../support/responses-server.ts";
import { projectFiles, read, root } from "./files.ts";

let server: LocalServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

/** Made-up keys: they must reach the server, and nothing else. */
const env = { KEY: "sk-canary-0123456789abcdef", SECRET: "canary/9876543210fedcba" };

// ------------------------------------------------------------------------------------------------------ what is said

type Agent = "planner" | "researcher" | "editor" | "fact_checker";
interface Call {
  readonly name: string;
  readonly arguments: Readonly<Record<string, string>>;
}
/** A turn of a model: calls, or what the agent is to give. `listed`: its result is a list, which native output wraps. */
type Turn = { readonly calls: readonly Call[] } | { readonly agent: Agent; readonly value: unknown; readonly listed: boolean };

const findings = [{ claim: "Springs follow the new moon.", source: "notes/physics.md", confidence: "high" }];
const brief = { title: "Tides", summary: "Twice a day.", findings: [{ ...findings[0], confidence: "low" }] };
const verdict = { supported: true, reason: "It says so." };
const searching: Call = { name: "search_notes", arguments: { query: "spring tides" } };
const checking: Call = { name: "fact_checker", arguments: { claim: "Springs follow the new moon.", passage: "Springs come at the new moon." } };

/** The same conversation for everybody, by what stands in a request whatever its form: one of three researchers also asks the fact checker. */
function turnOf(request: string): Turn {
  if (request.includes("You split a research topic")) return { agent: "planner", value: ["clocks", "food", "people"], listed: true };
  if (request.includes("You are an exacting editor")) return { agent: "editor", value: brief, listed: false };
  if (request.includes("You check claims")) return { agent: "fact_checker", value: verdict, listed: false };
  // What the tool found comes back with the path of its note before it.
  if (/notes\/\w+\.md: /.test(request)) return { agent: "researcher", value: findings, listed: true };
  return { calls: request.includes("Your angle: people") ? [searching, checking] : [searching] };
}

const wrapped = (turn: Extract<Turn, { readonly value: unknown }>): unknown => (turn.listed ? { value: turn.value } : turn.value);
const asText = (calls: readonly Call[]) => calls.map(({ name, arguments: args }, index) => ({ id: `c${index}`, name, arguments: JSON.stringify(args) }));

// ------------------------------------------------------------------------------------------------------ in eight tongues

interface Tongue {
  /** What stands behind `provider llm =`. Absent: the file itself has a profile of this name. */
  readonly provider?: string;
  /** The models `fast` and `large`, where the program's own names are another vendor's. */
  readonly models?: readonly [fast: string, large: string];
  /** Lines of the program that have to change, too: the checker says which (T451). */
  readonly edits?: readonly (readonly [line: string, becomes: string])[];
  readonly say: (turn: Turn) => Behaviour;
  readonly path?: string;
  /** Tokens of the nine requests. */
  readonly usage: Readonly<Record<string, number>>;
  readonly usd: number;
  readonly pricedAs?: readonly string[];
  /** What goes out with each request to show who asks. */
  readonly credential?: string;
}

/** Eight requests to the fast model and one to the large, in millionths of a dollar each. */
const sum = (fast: number, large: number) => (8 * fast + large) / 1_000_000;
const chat = (turn: Turn): Behaviour => ("calls" in turn ? openai.callTools(...asText(turn.calls)) : openai.reply(wrapped(turn)));
/** 16 tokens at 0.25, 4 cached at 0.025, 10 written at 2; 16 at 1.25, 4 at 0.125, 10 at 10. */
const gpt5 = sum(4 + 0.1 + 20, 20 + 0.5 + 100);
const twentyIn = { input: 9 * 20, cachedInput: 9 * 4, cacheWrite: 0, output: 9 * 10 };
const textual = "  tools: [search_notes, fact_checker]\n";

const tongues: Readonly<Record<string, Tongue>> = {
  openai: {
    path: "/v1",
    say: chat,
    usage: twentyIn,
    usd: gpt5,
    credential: `Bearer ${env.KEY}`,
  },
  responses: {
    provider: "openai { api_key: env.KEY, base_url: env.URL, api: responses }",
    path: "/v1",
    say: (turn) =>
      respond(
        "calls" in turn
          ? asText(turn.calls).map(({ id, name, arguments: args }) => ({ call: name, id, arguments: args }))
          : [{ text: JSON.stringify(wrapped(turn)) }],
      ),
    usage: twentyIn,
    usd: gpt5,
    credential: `Bearer ${env.KEY}`,
  },
  azure: {
    provider: "azure { api_key: env.KEY, base_url: env.URL }",
    // Deployments with names of their own, which say what stands behind them.
    models: ['llm("our-mini") { max_tokens: 4000, reasoning: low }', 'llm("our-large") { max_tokens: 6000, reasoning: low }'],
    say: (turn) => (request, response) => {
      const model = request.text.includes('"our-large"') ? "gpt-5-2025-08-07" : "gpt-5-mini-2025-08-07";
      const reply = "calls" in turn ? azureReply("", { model, toolCalls: asText(turn.calls) }) : azureReply(wrapped(turn), { model });
      return reply(request, response);
    },
    usage: twentyIn,
    usd: gpt5,
    pricedAs: ["gpt-5-2025-08-07", "gpt-5-mini-2025-08-07"],
    credential: env.KEY,
  },
  anthropic: {
    provider: "anthropic { api_key: env.KEY, base_url: env.URL }",
    models: ['llm("claude-haiku-4-5") { max_tokens: 4000 }', 'llm("claude-sonnet-5") { max_tokens: 6000, reasoning: low }'],
    say: (turn) =>
      "calls" in turn ? anthropic.callTools(...turn.calls.map(({ name, arguments: input }) => ({ name, input }))) : anthropic.reply(wrapped(turn) as object),
    usage: { input: 9 * 20, cachedInput: 9 * 4, cacheWrite: 9 * 4, output: 9 * 10 },
    // 12 tokens at 1, 4 read at 0.1, 4 written to the cache at 1.25, 10 out at 5; 12 at 2, 4 at 0.2, 4 at 2.5, 10 at 10.
    usd: sum(12 + 0.4 + 5 + 50, 24 + 0.8 + 10 + 100),
    credential: env.KEY,
  },
  gemini: {
    say: (turn) =>
      "calls" in turn
        ? gemini.callTools(...turn.calls.map(({ name, arguments: args }, index) => ({ id: `c${index}`, name, args })))
        : gemini.reply(wrapped(turn)),
    usage: twentyIn,
    // Of gemini-3.5-flash-lite and gemini-3.5-flash. 16 tokens at 0.3, 4 cached at 0.03, 10 out (2 of them thought) at 2.5; 16 at 1.5, 4 at 0.15, 10 at 9.
    usd: sum(4.8 + 0.12 + 25, 24 + 0.6 + 90),
    credential: env.KEY,
  },
  ollama: {
    provider: "ollama { base_url: env.URL }",
    models: ['llm("qwen3:8b") { max_tokens: 4000 }', 'llm("qwen3:32b") { max_tokens: 6000 }'],
    edits: [
      [textual, `${textual}  output: text\n`],
      ["    Your angle: ${angle}\n", "    Your angle: ${angle}\n    Answer with a JSON list of ${schema(Finding)}\n"],
    ],
    say: (turn) => ("calls" in turn ? ollama.callTools(...turn.calls) : ollama.reply(turn.agent === "researcher" ? turn.value : wrapped(turn))),
    usage: twentyIn,
    usd: 0,
  },
  cohere: {
    provider: "cohere { api_key: env.KEY, base_url: env.URL }",
    models: ['llm("command-r7b-12-2024") { max_tokens: 4000 }', 'llm("command-a-03-2025") { max_tokens: 6000 }'],
    edits: [[textual, `${textual}  output: tool\n`]],
    say: (turn) => {
      if ("calls" in turn) return cohere.callTools(...asText(turn.calls));
      const asCall = { name: turn.agent, arguments: JSON.stringify(wrapped(turn)) };
      return turn.agent === "researcher" ? cohere.callTools(asCall) : cohere.reply(wrapped(turn));
    },
    usage: twentyIn,
    // 20 tokens at 0.0375, cached or not, 10 at 0.15; 20 at 2.5, 10 at 10.
    usd: sum(0.75 + 1.5, 50 + 100),
    credential: `Bearer ${env.KEY}`,
  },
  bedrock: {
    provider: 'bedrock { region: "us-east-1", access_key_id: env.KEY, secret_access_key: env.SECRET, base_url: env.URL }',
    models: ['llm("us.anthropic.claude-haiku-4-5-20251001-v1:0") { max_tokens: 4000 }', 'llm("us.anthropic.claude-sonnet-4-6") { max_tokens: 6000 }'],
    say: (turn) => ("calls" in turn ? bedrock.callTools(...asText(turn.calls)) : bedrock.reply(wrapped(turn))),
    usage: { input: 9 * 23, cachedInput: 9 * 4, cacheWrite: 9 * 3, output: 9 * 10 },
    // 16 tokens at 1.1, 4 read at 0.11, 3 written at 1.375, 10 out at 5.5; 16 at 3.3, 4 at 0.33, 3 at 4.125, 10 at 16.5.
    usd: sum(17.6 + 0.44 + 4.125 + 55, 52.8 + 1.32 + 12.375 + 165),
    credential: `Credential=${env.KEY}/`,
  },
};

// ------------------------------------------------------------------------------------------------------------ the runs

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line as a process of its own, as a user runs it. */
function tantra(args: readonly string[], variables: Readonly<Record<string, string>>): Promise<Ran> {
  const child = spawn(process.execPath, [`${root}src/cli/tantra.ts`, ...args], {
    cwd: root,
    env: { ...process.env, NO_COLOR: "1", ...variables },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (data) => (stdout += data));
  child.stderr.on("data", (data) => (stderr += data));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

/** The examples as they stand, with a profile behind the flagship and the file that it imports. */
function examples({ provider, models, edits = [] }: Tongue): string {
  const files = Object.fromEntries(projectFiles("examples").map((path) => [path.slice("examples/".length), read(path)]));
  if (provider === undefined) return folder(files);
  const [fast, large] = models ?? [];
  const profile = (named: Readonly<Record<string, string | undefined>>) => {
    const lines = Object.entries(named).flatMap(([name, model]) => (model === undefined ? [] : [`  model ${name} = ${model}`]));
    return `\nprofile here {\n${[`  provider llm = ${provider}`, ...lines].join("\n")}\n}\n`;
  };
  const flagship = edits.reduce((text, [line, becomes]) => {
    expect(text).toContain(line);
    return text.replace(line, becomes);
  }, files["research.tantra"] ?? "");
  return folder({
    ...files,
    "research.tantra": flagship + profile({ fast, large }),
    "shared/checking.tantra": (files["shared/checking.tantra"] ?? "") + profile({ careful: fast }),
  });
}

interface Result {
  readonly value: unknown;
  readonly usage: Readonly<Record<string, number>>;
  readonly cost: { readonly usd: number; readonly unpriced: number; readonly simulated?: true; readonly models: readonly { readonly pricedAs?: string[] }[] };
}

async function run(cwd: string, args: readonly string[], variables: Readonly<Record<string, string>>) {
  const ran = await tantra(["run", `${cwd}/research.tantra`, ...args, "--json", "--events", `${cwd}/events.jsonl`, "--root", cwd], variables);
  expect(ran.code, ran.stderr).toBe(0);
  const events = readFileSync(`${cwd}/events.jsonl`, "utf8");
  const lines = events
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as RunEvent);
  return { result: JSON.parse(ran.stdout) as Result, events: lines, printed: ran.stdout + ran.stderr + events };
}

async function converse(name: string, tongue: Tongue) {
  server = await localServer((request) => tongue.say(turnOf(request.text)));
  const url = `${server.origin}${tongue.path ?? ""}`;
  const shipped = { [`${name.toUpperCase()}_API_KEY`]: env.KEY, [`${name.toUpperCase()}_BASE_URL`]: url };
  return run(examples(tongue), ["--profile", tongue.provider === undefined ? name : "here"], { ...env, URL: url, ...shipped });
}

/** What happened, step by step; how a reply was cut into pieces is the server's affair. */
function story(events: readonly RunEvent[]): Record<string, string[]> {
  const told: Record<string, string[]> = {};
  for (const { path, type } of events) if (type !== "model.delta") told[path] = [...(told[path] ?? []), type];
  return told;
}

/** The same with no network: the simulator, told the same replies. */
function simulated() {
  const usage = { input: 20, cached_input: 4, output: 10 };
  const always = { usage, times: "always" };
  const value = (value: unknown) => ({ ...always, value });
  const replies = {
    planner: [value(["clocks", "food", "people"])],
    researcher: [
      { ...value(findings), when: { after_tool: "search_notes" } },
      { ...value(findings), when: { after_tool: "fact_checker" } },
      { ...always, when: { contains: "Your angle: people" }, tool_calls: [searching, checking] },
      { ...always, tool_calls: [searching] },
    ],
    editor: [value(brief)],
  };
  const files = Object.fromEntries(projectFiles("examples").map((path) => [path.slice("examples/".length), read(path)]));
  const scripts = { "research.replies.json": JSON.stringify(replies), "shared/checking.replies.json": JSON.stringify({ fact_checker: [value(verdict)] }) };
  return run(folder({ ...files, ...scripts }), [], {});
}

const turn = ["model.queued", "model.requested", "model.replied", "budget.spent"];
const agent = ["step.started", "agent.started", "agent.finished", "step.finished"];
const branch = ["step.started", "step.finished"];
const tool = ["tool.called", "tool.returned"];
/** What happens with everybody, by path. */
const alike = {
  research: ["run.started", "run.finished"],
  "research/plan": agent,
  "research/plan/turn[0]": turn,
  "research/found": branch,
  ...Object.fromEntries(
    [0, 1, 2].flatMap((index) => {
      const at = `research/found[${index}]`;
      return [
        [at, branch],
        [`${at}/researcher`, agent],
        [`${at}/researcher/turn[0]`, turn],
        [`${at}/researcher/turn[0]/call[0]/search_notes`, tool],
        [`${at}/researcher/turn[1]`, turn],
      ];
    }),
  ),
  "research/found[2]/researcher/turn[0]/call[1]/fact_checker": ["agent.started", "agent.finished"],
  "research/found[2]/researcher/turn[0]/call[1]/fact_checker/turn[0]": turn,
  "research/editor": agent,
  "research/editor/turn[0]": turn,
};

describe("the flagship gives the same through every kind of provider", () => {
  test("simulator", async () => {
    const { result, events } = await simulated();
    expect(result.value).toEqual(brief);
    expect(result.usage).toMatchObject(twentyIn);
    expect(result.cost).toMatchObject({ usd: expect.closeTo(gpt5, 12), unpriced: 0, simulated: true });
    expect(story(events)).toEqual(alike);
  });

  test.each(Object.entries(tongues))("%s", async (name, tongue) => {
    const { result, events, printed } = await converse(name, tongue);
    expect(result.value).toEqual(brief);
    expect(story(events)).toEqual(alike);

    expect(server?.requests).toHaveLength(1 + 3 * 2 + 1 + 1);
    for (const { headers } of server?.requests ?? []) expect(JSON.stringify(headers)).toContain(tongue.credential ?? "");

    expect(result.usage).toMatchObject(tongue.usage);
    expect(result.cost.unpriced).toBe(0);
    expect(result.cost.usd).toBeCloseTo(tongue.usd, 12);
    expect([...new Set(result.cost.models.flatMap(({ pricedAs = [] }) => pricedAs))].sort()).toEqual(tongue.pricedAs ?? []);
    for (const secret of Object.values(env)) expect(printed).not.toContain(secret);
  });
});

test.each(["ollama", "cohere"])("where %s lacks a form of output that the program takes for granted, the checker says what to write", async (name) => {
  const tongue = tongues[name] as Tongue;
  const ran = await tantra(["check", `${examples({ ...tongue, edits: [] })}/research.tantra`], {});
  expect(ran.code).toBe(3);
  expect(ran.stderr + ran.stdout).toContain("error T451");
  const line = tongue.edits?.[0]?.[1].trim().split("\n").at(-1)?.trim() ?? "";
  expect(ran.stderr + ran.stdout).toContain(`\`${line}\``);
});
