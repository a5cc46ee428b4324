import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { tantra } from "../../cli/tantra.ts";
import { folder } from "../../host/folder.ts";

const program = `provider llm = simulator { replies: "./r.json" }
profile real { provider llm = openai { api_key: env.OPENAI_API_KEY } }
model m = llm("gpt-5-mini")
tool look(what: string) -> string from "./t.ts"
agent a(q: string) { model: m, prompt: "Say \${q}", tools: [look] }
agent b(q: string) { model: m, prompt: "End \${q}" }
workflow w(q: string) {
  let x = a(q)
  return b(x)
}
`;
const files = {
  "package.json": "{}",
  "t.ts": `import { appendFileSync } from "node:fs";
export function look({ what }) { appendFileSync(new URL("./looked.txt", import.meta.url), "x"); return "seen " + what; }`,
  "r.json": JSON.stringify({
    a: [{ tool_calls: [{ name: "look", arguments: { what: "it" } }] }, { text: "Fine." }],
    b: [{ text: "The end.", times: "always" }],
  }),
};
const project = (tests: string, more: Readonly<Record<string, string>> = {}) => folder({ ...files, "main.tantra": program + tests, ...more });
const looked = (cwd: string) => existsSync(join(cwd, "looked.txt"));

describe("a recording of a run", () => {
  const tests = `test "plays it" {
  replay "./rec.jsonl"
  let v = w("hi")
  expect v == "The end." && calls(a) == 1 && calls(m) == 3 && calls(look) == 1 && calls(w) == 1
  expect prompt(look) == "{\\"what\\":\\"it\\"}" && contains(prompt(a), "Say hi")
  expect cost > 0.0
}
test "twice" {
  replay "./rec.jsonl"
  expect w("hi") == w("hi")
}
test "differs" {
  replay "./rec.jsonl"
  expect fails internal { w("you") }
}
test "goes on" {
  replay "./rec.jsonl"
  let v = b("new")
  expect v == ""
}
test "a fake comes first" {
  replay "./rec.jsonl"
  fake b -> "mine"
  fake look -> "seen that"
  expect w("hi") == "mine" && calls(look) == 1
}`;

  it("answers for what is not faked: no model is asked, no tool runs, no key is needed", async () => {
    const cwd = project(tests);
    await tantra(["run", "main.tantra", "w", "--q", "hi", "--record", "rec.jsonl", "--quiet"], { cwd });
    rmSync(join(cwd, "looked.txt"));
    writeFileSync(join(cwd, "r.json"), "{}");
    const ran = await tantra(["test", "main.tantra", "--reporter", "json"], { cwd });
    const report = JSON.parse(ran.stdout) as { tests: { name: string; passed: boolean; failures: { code: string; message: string; diff?: string[] }[] }[] };
    const of = (name: string) => report.tests.find((test) => test.name === name);
    expect(of("plays it")?.failures).toEqual([]);
    expect(of("twice")?.failures).toEqual([]);
    expect(of("differs")?.failures).toMatchObject([{ code: "T654", diff: ["@@ message 1 (user) @@", "- Say hi", "+ Say you"] }]);
    expect(of("goes on")?.failures).toMatchObject([{ code: "T655", message: expect.stringContaining('"b" asks its model') }]);
    expect(of("a fake comes first")?.failures).toMatchObject([{ code: "T654", diff: expect.arrayContaining(["- seen it", "+ seen that"]) }]);
    expect(looked(cwd)).toBe(false);
    expect(ran.stdout).not.toContain('"cost"');
  });
});

describe("tantra test --update", () => {
  const test = `test "first" { expect 1 == 1 }
test "own" {
  replay "./recordings/own.jsonl"
  let v = w("hi")
  expect v == "The end." && calls(look) == 1
}
`;

  it("records what is missing; then it is played, wherever the test stands, and written anew where something differs", async () => {
    const cwd = project(test);
    const missing = await tantra(["test", "main.tantra"], { cwd });
    expect(missing).toMatchObject({ code: 1 });
    expect(missing.stdout).toContain("There is no recording recordings/own.jsonl.");
    expect(missing.stdout).toContain("`tantra test FILE --update`");
    expect(await tantra(["check", "main.tantra"], { cwd })).toMatchObject({ code: 0 });

    expect(await tantra(["test", "main.tantra", "--update"], { cwd })).toMatchObject({ code: 0 });
    const path = join(cwd, "recordings/own.jsonl");
    const text = readFileSync(path, "utf8");
    expect(text.split("\n")[0]).toContain('"main":"test own"');
    expect(text).not.toContain("test#2");
    rmSync(join(cwd, "looked.txt"));
    writeFileSync(join(cwd, "main.tantra"), program + test.replace('test "first" { expect 1 == 1 }\n', ""));
    const played = await tantra(["test", "main.tantra"], { cwd });
    expect(played, played.stdout).toMatchObject({ code: 0 });
    expect(looked(cwd)).toBe(false);
    await tantra(["test", "main.tantra", "--update"], { cwd });
    expect(readFileSync(path, "utf8")).toBe(text);
    expect(looked(cwd)).toBe(false);

    writeFileSync(join(cwd, "main.tantra"), program.replace("End ", "Finish ") + test);
    expect(await tantra(["test", "main.tantra"], { cwd })).toMatchObject({ code: 1, stdout: expect.stringContaining("+ Finish Fine.") });
    expect(await tantra(["test", "main.tantra", "--update"], { cwd })).toMatchObject({ code: 0 });
    const now = readFileSync(path, "utf8");
    expect(now).toBe(text.replace("End Fine.", "Finish Fine."));
    expect(looked(cwd)).toBe(false);
  });

  it("keeps out what is faked, and leaves a recording alone that several tests play", async () => {
    const two = `test "fakes" { replay "./own.jsonl"
  fake look -> "faked"
  expect w("hi") == "The end." && calls(look) == 1 }
test "one" { replay "./shared.jsonl"
  expect w("hi") == "The end." }
test "other" { replay "./shared.jsonl"
  expect w("you") == "The end." }
`;
    const cwd = project(two);
    await tantra(["run", "main.tantra", "w", "--q", "hi", "--record", "shared.jsonl", "--quiet"], { cwd });
    const shared = readFileSync(join(cwd, "shared.jsonl"), "utf8");
    const ran = await tantra(["test", "main.tantra", "--update"], { cwd });
    expect(ran.stdout).toContain("2 tests play it, so `--update` does not write it");
    expect(ran.stdout).toContain("2 passed");
    expect(readFileSync(join(cwd, "shared.jsonl"), "utf8")).toBe(shared);
    const own = readFileSync(join(cwd, "own.jsonl"), "utf8");
    expect(own).not.toContain('"calls"');
    expect(own).toContain("faked");
  });
});

describe("what is wrong with it", () => {
  it.each([
    ["is damaged", 'test "t" { replay "./rec.jsonl"\n expect 1 == 1 }', { "rec.jsonl": "nope" }, "T651"],
    ["is a second one", 'test "t" { replay "./rec.jsonl"\n replay "./rec.jsonl"\n expect 1 == 1 }', { "rec.jsonl": "" }, "T651"],
    ["lies outside", 'test "t" { replay "../../rec.jsonl"\n expect 1 == 1 }', {}, "T518"],
    ["is no path", 'test "t" { replay "rec.jsonl"\n expect 1 == 1 }', {}, "T520"],
  ])("%s", async (_what, tests, more, code) => {
    const cwd = project(tests, more);
    const ran = await tantra(["test", "main.tantra"], { cwd });
    expect(ran.code).not.toBe(0);
    expect(ran.stdout + ran.stderr).toContain(code);
  });
});
