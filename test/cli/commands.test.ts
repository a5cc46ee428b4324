import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { diagnosticSchema } from "../../src/diagnostics/diagnostic.schema.ts";
import type { DiagnosticJson } from "../../src/diagnostics/diagnostic-json.ts";
import { folder } from "../host/folder.ts";
import { tantra } from "./tantra.ts";

const head = 'provider llm = simulator\nmodel m = llm("gpt-5")\n';
const good = `${head}agent greet(name: string) { model: m, prompt: "Greet \${name}" }`;
const bad = `${head}agent a() { model: n, prompt: "x" }`;
const project = {
  "package.json": "{}",
  "good.tantra": good,
  "bad.tantra": bad,
  "sub/main.tantra": `import { shared } from "./shared.tantra"\nworkflow w() { shared() }`,
  "sub/shared.tantra": `${head}agent shared() { model: m, prompt: "x" }`,
  "sub/node_modules/x/y.tantra": "nonsense",
  "sub/.hidden/y.tantra": "nonsense",
};

describe("tantra check", () => {
  it("says that nothing is wrong, and what is, with exit code 3", async () => {
    const cwd = folder(project);
    expect(await tantra(["check", "good.tantra", "sub"], { cwd })).toEqual({ code: 0, stdout: "No problems in good.tantra, sub.\n", stderr: "" });
    const ran = await tantra(["check", "good.tantra", "bad.tantra"], { cwd });
    expect(ran.code).toBe(3);
    expect(ran.stdout).toContain("┌─ bad.tantra:3:20");
    expect(ran.stdout).toContain("1 error");
  });

  it("takes folders, and prints all of it as JSON that its schema describes", async () => {
    const cwd = folder({ ...project, "sub/wrong.tantra": bad, "sub/shared.tantra": `${head}agent shared(unused: string = "") { model: m, prompt: "x" }` });
    const ran = await tantra(["check", ".", "--json"], { cwd });
    const found = JSON.parse(ran.stdout) as DiagnosticJson[];
    const validate = new Ajv2020().compile(diagnosticSchema);
    expect(validate(found), JSON.stringify(validate.errors)).toBe(true);
    expect(found.map(({ file, line, column, endColumn, code, severity }) => [file, line, column, endColumn, code, severity])).toEqual([
      ["bad.tantra", 3, 20, 21, "T201", "error"],
      ["sub/shared.tantra", 3, 14, 20, "T222", "warning"],
      ["sub/wrong.tantra", 3, 20, 21, "T201", "error"],
    ]);
    expect(ran.code).toBe(3);
  });

  it("exits with 2 for a file that is not there, after having checked the others", async () => {
    const ran = await tantra(["check", "gone.tantra", "bad.tantra", "too.tantra"], { cwd: folder(project) });
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain("There is no file gone.tantra.");
    expect(ran.stderr).toContain("\n\nerror T623: unreadable file\nThere is no file too.tantra.");
    expect(ran.stdout).toContain('There is no model "n".');
  });
});

describe("tantra compile", () => {
  it("prints a graph, which runs like the program", async () => {
    const cwd = folder(project);
    const { code, stdout } = await tantra(["compile", "good.tantra"], { cwd });
    expect([code, (JSON.parse(stdout) as { version: number }).version]).toEqual([0, 1]);
    writeFileSync(join(cwd, "graph.json"), stdout);
    expect(await tantra(["run", "graph.json", "--name", "Ada", "--quiet"], { cwd })).toEqual({ code: 0, stdout: "[greet] Greet Ada\n", stderr: "" });
  });

  it("prints nothing but messages for a program with errors", async () => {
    const ran = await tantra(["compile", "bad.tantra"], { cwd: folder(project) });
    expect(ran).toMatchObject({ code: 3, stdout: "" });
    expect(ran.stderr).toContain('There is no model "n".');
  });
});

describe("tantra prompt", () => {
  const files = {
    "package.json": "{}",
    "main.tantra": `provider p = openai { api_key: env.MY_KEY, base_url: env.MY_URL ?? "http://127.0.0.1:1/v1" }
model m = p("gpt-5") { max_tokens: 50 }
agent critic(text: string) -> string[] { model: m, system: "You are strict.", prompt: "Judge: \${text}" }`,
  };

  it("prints the exact messages and the request's body, with no key, no network and no variable's value", async () => {
    const ran = await tantra(["prompt", "main.tantra", "critic", "--text", "odd\u001b"], { cwd: folder(files), env: { MY_KEY: "very-secret-key" } });
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toContain("── system ──\nYou are strict.\n\n── user ──\nJudge: odd\u001b\n");
    expect(ran.stdout).toContain("POST http://127.0.0.1:1/v1/chat/completions");
    expect(ran.stdout).toContain('"max_completion_tokens": 50');
    expect(ran.stdout).not.toContain("very-secret-key");
  });

  it("prints it as JSON, too", async () => {
    const { stdout } = await tantra(["prompt", "main.tantra", "critic", "--text", "odd", "--json"], { cwd: folder(files) });
    expect(JSON.parse(stdout)).toMatchObject({
      agent: "main.tantra#critic",
      messages: [
        { role: "system", content: "You are strict." },
        { role: "user", content: "Judge: odd" },
      ],
      requests: [{ url: "http://127.0.0.1:1/v1/chat/completions", body: { model: "gpt-5", response_format: { type: "json_schema" } } }],
    });
  });

  it("runs no module, not a provider's own either", async () => {
    const cwd = folder({
      "package.json": "{}",
      "main.tantra": 'provider mine = from "./mine.js" { key: env.KEY }\nmodel m = mine("any")\nagent a() { model: m, prompt: "x" }',
      "mine.js": 'console.log("it ran"); export const mine = () => ({ describe: () => ({ method: "POST", url: "x", body: {} }) });',
    });
    const ran = await tantra(["prompt", "main.tantra", "a"], { cwd });
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toContain("── request to m ──\nHanded to the provider as it is:\n{");
    expect(ran.stdout).not.toContain("it ran");
  });

  it.each([
    [["prompt"], "A prompt needs a file and the name of an agent in it."],
    [["prompt", "main.tantra"], "Name one after the file: critic"],
    [["prompt", "main.tantra", "critc", "--text", "x"], 'Did you mean "critic"?'],
    [["prompt", "main.tantra", "critic"], '"text" (string) is missing.'],
    [["prompt", "main.tantra", "critic", "--text", "x", "--max-cost", "1"], "tantra prompt runs nothing and takes no --max-cost."],
  ])("%j: %s", async (args, message) => {
    const ran = await tantra(args, { cwd: folder(files) });
    expect(ran).toMatchObject({ code: 2, stdout: "" });
    expect(ran.stderr).toContain(message);
  });
});

describe("tantra explain", () => {
  it("says why a message is there, with a program that raises it and one that does not", async () => {
    const { code, stdout } = await tantra(["explain", "t201"], { cwd: "." });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^T201: unknown name\n[\s\S]+\nWrong\n {4}[\s\S]+\nRight\n {4}/);
  });

  it("lists all codes, and says which there is not", async () => {
    expect((await tantra(["explain"], { cwd: "." })).stdout.split("\n").length).toBeGreaterThan(60);
    expect(await tantra(["explain", "T999"], { cwd: "." })).toMatchObject({ code: 2, stderr: expect.stringContaining('There is no code "T999".') });
  });

  it("tells all that Tantra itself puts into a conversation", async () => {
    const { stdout } = await tantra(["explain", "words"], { cwd: "." });
    expect(stdout).toContain('{"error":"not_found","message":"its_name"}');
    expect(stdout).toContain('{"truncated":true,"text":"xx","of":30000}');
  });
});

describe("tantra", () => {
  it("tells its version and its commands", async () => {
    const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
    expect(await tantra(["--version"], { cwd: "." })).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
    const help = await tantra(["--help"], { cwd: "." });
    for (const name of ["run", "resume", "rerun", "runs", "check", "compile", "prompt", "explain", "help"]) expect(help.stdout).toContain(`\n  ${name} `);
    expect((await tantra([], { cwd: "." })).stdout).toBe(help.stdout);
  });

  it.each(["run", "resume", "rerun", "runs", "check", "compile", "prompt", "explain"])("has a help for %s", async (name) => {
    const ran = await tantra([name, "--help"], { cwd: "." });
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toMatch(/^Usage: tantra /);
    expect((await tantra(["help", name], { cwd: "." })).stdout).toBe(ran.stdout);
  });

  it.each([
    [["rnu"], 'There is no command "rnu".', 'Did you mean "run"?'],
    [["main.tantra"], 'There is no command "main.tantra".', "To run it: tantra run main.tantra"],
    [["run"], "There is no file to run.", "tantra run FILE.tantra"],
    [["check"], "There is no file to check.", "tantra check FILE.tantra"],
    [["check", "x", "--jsno"], "There is no flag --jsno.", "Did you mean --json?"],
    [["compile"], "One file is compiled at a time.", "tantra compile FILE.tantra > graph.json"],
  ])("%j: %s", async (args, message, hint) => {
    const ran = await tantra(args, { cwd: "." });
    expect(ran).toMatchObject({ code: 2, stdout: "" });
    expect(ran.stderr).toContain(message);
    expect(ran.stderr).toContain(hint);
  });

  it("on an older Node is one plain sentence and exit code 2", () => {
    const begin = new URL("../../src/cli/begin.ts", import.meta.url).href;
    const program = `Object.defineProperty(process.versions, "node", { value: "20.11.1" }); const { begin } = await import(${JSON.stringify(begin)}); begin(["--version"]);`;
    const ran = spawnSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
    expect([ran.status, ran.stdout]).toEqual([2, ""]);
    expect(ran.stderr).toBe("Tantra needs Node 22.19 or newer, and this is Node 20.11.1: install one from https://nodejs.org.\n");
  });
});
