import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folder } from "../host/folder.ts";
import { tantra } from "./tantra.ts";

const head = 'provider llm = simulator\nmodel m = llm("gpt-5")\n';

describe("a file that cannot be run", () => {
  it.each([
    ["does not exist", "nothing.tantra", {}, 2, "There is no file nothing.tantra."],
    ["is a folder", "sub", { "sub/x": "" }, 2, "sub is a folder."],
    ["is not UTF-8", "latin.tantra", { "latin.tantra": Buffer.from([0x63, 0xe9]) }, 2, "latin.tantra is not UTF-8 text."],
    ["is empty", "empty.tantra", { "empty.tantra": "" }, 2, "it declares no workflow and no agent"],
    [
      "holds 10 MB",
      "big.tantra",
      { "big.tantra": `// ${"x".repeat(10 * 1024 * 1024)}` },
      2,
      "it holds 10.0 MB, and a file of a program may hold 8 MB.\n\nTake it apart",
    ],
    ["nests 100,000 deep", "deep.tantra", { "deep.tantra": `workflow w() { ${"(".repeat(100_000)}1${")".repeat(100_000)} }` }, 3, "more than 200 deep"],
    ["is a graph that is no JSON", "g.json", { "g.json": "nope" }, 2, "g.json is no JSON"],
    ["is JSON that is no graph", "g.json", { "g.json": '{"version":1}' }, 2, 'The graph lacks "sources"'],
    ["is JSON of something else", "g.json", { "g.json": "[1]" }, 2, "g.json is JSON, but no graph.\n\nA .json file is run as a compiled program"],
    ["has errors", "bad.tantra", { "bad.tantra": `${head}agent a() { model: n, prompt: "x" }` }, 3, 'There is no model "n".'],
  ])("%s", async (_what, file, files, code, message) => {
    const ran = await tantra(["run", file], { cwd: folder({ "package.json": "{}", ...files }) });
    expect(ran).toMatchObject({ code, stdout: "" });
    expect(ran.stderr).toContain(message);
    expect(ran.stderr).not.toMatch(/\n\s+at .*:\d+/);
    expect(ran.stderr.length).toBeLessThan(2000);
  });

  it("has several workflows: they are listed", async () => {
    const cwd = folder({ "two.tantra": `${head}workflow one() { 1 }\nworkflow two() { 2 }` });
    const ran = await tantra(["run", "two.tantra"], { cwd });
    expect(ran).toMatchObject({ code: 2, stdout: "" });
    expect(ran.stderr).toContain("several things to run: one, two.");
    expect(await tantra(["run", "two.tantra", "two"], { cwd })).toMatchObject({ code: 0, stdout: "2\n" });
  });
});

describe("a provider of one's own", () => {
  const files = {
    "package.json": "{}",
    "main.tantra": 'provider mine = from "./mine.ts" { greeting: env.GREETING }\nmodel m = mine("any")\nagent a() { model: m, prompt: "x" }',
    "mine.ts": `export const mine = ({ greeting }: { greeting: string }) => ({
      async *complete(request: { model: string }) {
        yield { type: "text", text: greeting + " from " + request.model };
        yield { type: "finish", reason: "stop", usage: { input: 3, cachedInput: 0, cacheWrite: 0, output: 4, reasoning: 0 } };
      },
    });`,
  };

  it("is a module that exports a factory, which gets the options with variables filled in; its calls are unpriced", async () => {
    const ran = await tantra(["run", "main.tantra"], { cwd: folder(files), env: { GREETING: "hello" } });
    expect(ran).toMatchObject({ code: 0, stdout: "hello from any\n" });
    expect(ran.stderr).toContain("1 unpriced call");
  });

  it("that exports none is an error that says what to export", async () => {
    const ran = await tantra(["run", "main.tantra", "--quiet"], {
      cwd: folder({ ...files, "mine.ts": "export const other = 1;" }),
      env: { GREETING: "hello" },
    });
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toContain("mine.ts exports no provider.");
  });
});

describe("a tool's module", () => {
  const tools = (names: Record<string, string>) =>
    Object.entries(names)
      .map(([name, file]) => `tool ${name}() -> json from "./${file}" { timeout: 1s }\nworkflow call_${name}() { ${name}() }`)
      .join("\n");
  const files = {
    "package.json": "{}",
    "main.tantra": tools({
      fine: "fine.ts",
      searhc: "fine.ts",
      throwing: "throws.ts",
      broken: "broken.ts",
      lacking: "lacking.ts",
      hanging: "fine.ts",
      huge: "fine.ts",
      circle: "fine.ts",
      modern: "modern.ts",
      chatty: "fine.ts",
    }),
    "fine.ts": `export const fine = () => ({ ok: true });
export const search = () => null;
export const hanging = () => new Promise(() => {});
export const huge = () => 10n;
export const circle = () => { const a: Record<string, unknown> = {}; a.a = a; return a; };
export const chatty = async () => {
  console.log("to the console");
  process.stdout.write("to the out");
  process.stdout.write(Buffer.from("put – in pi").subarray(0, 6));
  await new Promise<void>((done) => process.stdout.write(Buffer.from("put – in pi").subarray(6), () => done()));
  process.stdout.write("eces\\n\\x1b[31mred\\x1b[0m \\x1b[2J");
  process.stdout.end("\\nand a half line");
  return "the value";
};`,
    "throws.ts": 'throw new Error("no database");',
    "broken.ts": "export const broken = (",
    "lacking.ts": 'import x from "no-such-package-here"; export const lacking = () => x;',
    "modern.ts": 'enum Kind { A = "an enum" }\nexport const modern = () => Kind.A;',
  };

  it.each([
    ["searhc", 'fine.ts does not export a function "searhc". It exports chatty, circle, fine, hanging, huge, search.', 'Did you mean "search"?'],
    ["throwing", "throws.ts cannot be loaded: no database", "main.tantra:5:1"],
    ["broken", "broken.ts is no valid TypeScript", "main.tantra:7:1"],
    ["lacking", "lacking.ts imports the package no-such-package-here, which is not installed.", "npm install no-such-package-here"],
    ["hanging", 'The tool "hanging" did not finish within its 1s.', "main.tantra"],
    ["huge", 'The tool "huge" gave what its type does not allow', "bigint"],
    ["circle", 'The tool "circle" gave what its type does not allow', "main.tantra"],
  ])("that is wrong ends the run with exit code 1 and says what is wrong: %s", async (name, message, more) => {
    const ran = await tantra(["run", "main.tantra", `call_${name}`, "--quiet"], { cwd: folder(files) });
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toContain(message);
    expect(ran.stderr).toContain(more);
    expect(ran.stderr).not.toMatch(/\n\s+at .*:\d+/);
  });

  it("that needs more than stripping types runs all the same", async () => {
    expect(await tantra(["run", "main.tantra", "call_modern", "--quiet"], { cwd: folder(files) })).toMatchObject({ code: 0, stdout: "an enum\n", stderr: "" });
  });

  it("may print: that goes to standard error, where the value does not", async () => {
    expect(await tantra(["run", "main.tantra", "call_chatty", "--quiet"], { cwd: folder(files) })).toEqual({
      code: 0,
      stdout: "the value\n",
      stderr: "to the console\nto the output – in pieces\n\u001b[31mred\u001b[0m ␛[2J\nand a half line\n",
    });
  });

  it("that throws outside of its call ends the process with a sentence, and the events until then are kept", async () => {
    const cwd = folder({
      "package.json": "{}",
      "main.tantra": tools({ stray: "stray.ts" }),
      "stray.ts": 'export const stray = () => { setTimeout(() => { throw new Error("late trouble"); }, 10); return new Promise(() => {}); };',
    });
    const ran = await tantra(["run", "main.tantra", "--events", "e.jsonl"], { cwd });
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toContain("Something threw outside of every call: late trouble");
    expect(ran.stderr).not.toMatch(/\n\s+at .*:\d+/);
    expect(readFileSync(join(cwd, "e.jsonl"), "utf8")).toContain('"type":"tool.called"');
  });

  it("that is not waited for may print late: not where the value goes", async () => {
    const cwd = folder({
      "package.json": "{}",
      "main.tantra": `tool late() -> string from "./late.ts" { timeout: 10ms }
workflow main() -> string { late() catch err { err.class } }`,
      "late.ts": `export const late = () => new Promise(() => {
  const { exit } = process;
  process.exit = ((code) => { process.stdout.write("too late\\n"); exit(code); }) as typeof exit;
});`,
    });
    const ran = await tantra(["run", "main.tantra", "--quiet"], { cwd });
    expect(ran).toMatchObject({ code: 0, stdout: "timeout\n" });
    expect(ran.stderr).toContain("too late\n");
  });

  it("that ends the process is no success", async () => {
    const cwd = folder({
      "package.json": "{}",
      "main.tantra": tools({ leaving: "leaving.ts" }),
      "leaving.ts": 'export const leaving = () => { process.stdout.write("bye"); process.exit(0); };',
    });
    const ran = await tantra(["run", "main.tantra", "--events", "e.jsonl", "--quiet"], { cwd });
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toMatch(/^bye\nerror T618: the program failed\nThe process ended with code 0 before the run was over\.\n\n.*process\.exit/);
    expect(readFileSync(join(cwd, "e.jsonl"), "utf8")).toContain('"type":"tool.called"');
  });

  it("that does not exist is found before the run", async () => {
    const cwd = folder({ "package.json": "{}", "main.tantra": tools({ gone: "gone.ts" }) });
    const ran = await tantra(["run", "main.tantra"], { cwd });
    expect(ran).toMatchObject({ code: 3, stdout: "" });
    expect(ran.stderr).toContain('There is no file "./gone.ts".');
  });
});
