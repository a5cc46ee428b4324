import { spawn } from "node:child_process";
import { afterEach, expect, test } from "vitest";
import { callTools, chatOf, type OpenAIServer, openaiServer, reply, type ServedRequest } from "../support/openai-server.ts";
import { root } from "./files.ts";

let server: OpenAIServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

/** A made-up key: it must reach the server, and nothing else. */
const key = "sk-canary-0123456789abcdef";

function flagship(url: string): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const env = { ...process.env, NO_COLOR: "1", OPENAI_API_KEY: key, OPENAI_BASE_URL: url };
  const child = spawn(process.execPath, ["src/cli/tantra.ts", "run", "examples/research.tantra", "--profile", "openai", "--json", "--verbose"], {
    cwd: root,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (data) => {
    stdout += data;
  });
  child.stderr.on("data", (data) => {
    stderr += data;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

const said = (request: ServedRequest, role: string): string => chatOf(request)?.messages.findLast((message) => message.role === role)?.content ?? "";

test("with a key and --profile openai the flagship gives the same shape of result, with the usage and cost that were reported", async () => {
  server = await openaiServer((request) => {
    const system = said(request, "system");
    if (system.startsWith("You split")) return reply({ value: ["clocks", "food", "people"] });
    if (system.startsWith("You are an exacting editor")) {
      return reply({ title: "Tides", summary: said(request, "user"), findings: [{ claim: "c", source: "notes/physics.md", confidence: "low" }] });
    }
    const asked = chatOf(request)?.messages.some(({ role }) => role === "tool") ?? false;
    if (!asked) return callTools({ name: "search_notes", arguments: JSON.stringify({ query: "spring tides" }) });
    return reply({ value: [{ claim: `heard ${said(request, "tool").slice(0, 12)}`, source: "notes/physics.md", confidence: "high" }] });
  });

  const ran = await flagship(server.url);
  expect(ran.code, ran.stderr).toBe(0);
  const { value, usage, cost } = JSON.parse(ran.stdout) as {
    value: { title: string; summary: string };
    usage: { input: number };
    cost: { usd: number; unpriced: number };
  };
  expect(Object.keys(value)).toEqual(["title", "summary", "findings"]);
  // What the tool found in the notes went to the researchers, and from them to the editor.
  expect(value.summary.match(/heard \["notes\//g)).toHaveLength(3);

  expect(server.requests).toHaveLength(1 + 3 * 2 + 1);
  expect(server.requests.every(({ headers }) => headers["authorization"] === `Bearer ${key}`)).toBe(true);
  expect(new Set(server.requests.map((request) => chatOf(request)?.model))).toEqual(new Set(["gpt-5-mini", "gpt-5"]));
  expect(usage.input).toBe(8 * 20);
  expect(cost.unpriced).toBe(0);
  expect(cost.usd).toBeGreaterThan(0);
  expect(ran.stdout + ran.stderr).not.toContain(key);
});
