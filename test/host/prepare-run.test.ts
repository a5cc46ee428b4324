import { describe, expect, it } from "vitest";
import { loadProgram } from "../../src/host/load-program.ts";
import { type PrepareOptions, prepareRun } from "../../src/host/prepare-run.ts";
import { folder } from "./folder.ts";

/** Prepares a run of a program whose tools lie in t.ts. */
async function prepare(program: string, more: Partial<PrepareOptions> & { readonly dotEnv?: string } = {}) {
  const cwd = folder({ "package.json": "{}", "main.tantra": program, "t.ts": "", ...(more.dotEnv === undefined ? {} : { ".env": more.dotEnv }) });
  const { graph, project, diagnostics } = await loadProgram("main.tantra", { cwd });
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  if (graph === undefined) throw new Error("unreachable: it has no errors");
  return prepareRun({ graph, project, input: {}, env: {}, ...more });
}

/** What is missing, as `NAME at line`. */
async function problems(program: string, more: Parameters<typeof prepare>[1] = {}): Promise<string[]> {
  const prepared = await prepare(program, more);
  return prepared.ready ? [] : prepared.problems.map(({ message, place }) => `${message} ${place}`);
}

const twoProviders = `
provider one = openai { api_key: env.ONE_KEY, base_url: env.ONE_URL ?? "https://api.openai.com/v1" }
provider two = openai { api_key: env.TWO_KEY, headers: { "x-team": env.TEAM } }
model a = one("gpt-5")
model b = two("gpt-5")
model either = fallback(a, b)
`;

describe("a variable that is not set", () => {
  it("is found before the run, with all others and their lines, and what to type stands once", async () => {
    const program = `${twoProviders}
agent x() { model: a, prompt: "x" }
agent y() { model: b, prompt: "x" }
workflow main() { x()
  y() }`;
    const prepared = await prepare(program);
    expect(prepared.ready ? [] : prepared.problems.map(({ message, place, code }) => [code, message, place])).toEqual([
      ["T622", "The variable ONE_KEY is not set.", "main.tantra:2:34"],
      ["T622", "The variable TWO_KEY is not set.", "main.tantra:3:34"],
      ["T622", "The variable TEAM is not set.", "main.tantra:3:68"],
    ]);
    const hints = prepared.ready ? [] : prepared.problems.map(({ hint }) => hint);
    expect(hints).toEqual([undefined, undefined, expect.stringContaining("ONE_KEY=… TWO_KEY=… TEAM=…")]);
  });

  it("is not missed behind a fallback that has another model, and is where it has none", async () => {
    const program = `${twoProviders}\nagent x() { model: either, prompt: "x" }`;
    expect(await problems(program, { env: { ONE_KEY: "k" } })).toEqual([]);
    expect(await problems(program, { env: { TWO_KEY: "k", TEAM: "t" } })).toEqual([]);
    expect(await problems(program, { env: { TWO_KEY: "k" } })).toHaveLength(2);
  });

  it("is not missed by what the run does not reach, nor by a simulated one", async () => {
    const program = `${twoProviders}\nagent x() { model: a, prompt: "x" }\nagent y() { model: b, prompt: "x" }\nworkflow main() { x() }\nworkflow other() { y() }`;
    expect(await problems(program, { main: "main", env: { ONE_KEY: "k" } })).toEqual([]);
    expect(await problems(program, { main: "other", simulate: true })).toEqual([]);
  });

  it("is missed by a tool that an agent of the run may call, even in a simulated one", async () => {
    const program = `provider s = simulator\nmodel m = s("gpt-5")
tool look(q: string) -> string from "./t.ts" { options: { key: env.LOOK_KEY } }
agent inner() { model: m, tools: [look], prompt: "x" }
/// Asks.
agent outer() { model: m, tools: [inner], prompt: "x" }
workflow main() { outer() }`;
    expect(await problems(program, { simulate: true })).toEqual(["The variable LOOK_KEY is not set. main.tantra:3:64"]);
  });

  it("that several places need is to be set once", async () => {
    const program = `provider p = openai { api_key: env.ONE_KEY }\nprovider q = openai { api_key: env.ONE_KEY }
model a = p("gpt-5")\nmodel b = q("gpt-5")\nagent x() { model: a, prompt: "x" }\nagent y() { model: b, prompt: "x" }
workflow main() -> string { x() + y() }`;
    const prepared = await prepare(program, {});
    const hints = prepared.ready ? [] : prepared.problems.map(({ hint }) => hint);
    expect(hints).toEqual([undefined, "Set it in the shell (export ONE_KEY=…), or in a file .env in the project's root."]);
  });

  it("may stand in .env, which the process's own variables overrule, and set to nothing counts as not set", async () => {
    const program = `${twoProviders}\nagent x() { model: a, prompt: "x" }`;
    const from = async (env: Record<string, string>, dotEnv: string) => {
      const prepared = await prepare(program, { env, dotEnv });
      return prepared.ready ? prepared.options.secrets : "not ready";
    };
    expect(await from({}, "ONE_KEY=from-the-file")).toEqual(["from-the-file"]);
    expect(await from({ ONE_KEY: "from-the-shell" }, "ONE_KEY=from-the-file")).toEqual(["from-the-shell"]);
    expect(await from({ ONE_KEY: "" }, "ONE_KEY=")).toBe("not ready");
  });
});

describe("a host that a program names itself", () => {
  const at = (url: string) => `provider p = openai { api_key: env.MY_KEY, base_url: ${url} }\nmodel m = p("gpt-5")\nagent x() { model: m, prompt: "x" }`;
  const env = { MY_KEY: "0123456789" };

  it("gets no key unless it is the vendor's, is trusted, or a person says so", async () => {
    expect(await problems(at('"https://evil.example/v1"'), { env })).toEqual([
      "This program would send MY_KEY to evil.example, which is not the vendor's host. main.tantra:1:1",
    ]);
    expect(await problems(at('"https://evil.example/v1"'), { env, trusted: ["evil.example"] })).toEqual([]);
    expect(await problems(at('"https://evil.example/v1"'), { env, trusted: ["evil.example.org"] })).toHaveLength(1);
    expect(await problems(at('"https://evil.example/v1"'), { env, confirm: async ({ host }) => host === "evil.example" })).toEqual([]);
    expect(await problems(at('"https://evil.example/v1"'), { env, confirm: async () => false })).toHaveLength(1);
    expect(await problems(at('"https://api.openai.com/v1"'), { env })).toEqual([]);
  });

  it("is the user's word where it comes from the environment, and the program's where it is the default", async () => {
    const url = 'env.URL ?? "http://127.0.0.1:1234/v1"';
    expect(await problems(at(url), { env: { ...env, URL: "https://evil.example" } })).toEqual([]);
    expect(await problems(at(url), { env })).toHaveLength(1);
    expect(await problems(at(url), { env, trusted: ["127.0.0.1:1234"] })).toEqual([]);
    expect(await problems(at(url), { env, trusted: ["127.0.0.1"] })).toEqual([]);
  });

  it("of a vendor whose hosts have names of their own gets the key, and nothing that only looks like one", async () => {
    const azure = (host: string) => `provider p = azure { api_key: env.MY_KEY, base_url: "${host}" }
model m = p("my-gpt")
agent x() { model: m, prompt: "x" }`;
    for (const host of ["https://mine.openai.azure.com", "https://mine.services.ai.azure.com/", "https://mine.cognitiveservices.azure.com/openai/v1"])
      expect(await problems(azure(host), { env }), host).toEqual([]);
    for (const host of [
      "https://openai.azure.com",
      "https://mine.openai.azure.com.evil.example",
      "https://evilopenai.azure.com",
      "https://mine.openai.azure.com:8443",
    ])
      expect(await problems(azure(host), { env }), host).toHaveLength(1);
  });

  it("says how to trust it", async () => {
    const prepared = await prepare(at('"https://evil.example/v1"'), { env });
    expect(prepared.ready ? [] : prepared.problems[0]?.hint).toBe("If you trust it, say so with --trust evil.example");
  });
});

describe("the secrets of a run", () => {
  it("are the values of all variables that the program names, but addresses", async () => {
    const env = { ONE_KEY: "key-number-one", ONE_URL: "https://one.example", TWO_KEY: "key-number-two", TEAM: "team-secret" };
    const prepared = await prepare(`${twoProviders}\nagent x() { model: either, prompt: "x" }`, { env });
    expect(prepared.ready && prepared.options.secrets).toEqual(["key-number-one", "key-number-two", "team-secret"]);
  });
});
