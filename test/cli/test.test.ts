import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folder } from "../host/folder.ts";
import { openaiServer, reply } from "../support/openai-server.ts";
import { tantra } from "./tantra.ts";

const head = `provider llm = simulator
model small = llm("gpt-5-mini")
`;
const good = `${head}agent greet(name: string) { model: small, prompt: "Greet \${name}" }
workflow main(name: string = "Ada") -> string { greet(name) }
test "greets" {
  fake greet -> "Hello"
  expect main() == "Hello"
}
test "shows who is greeted" {
  fake greet -> "Hello"
  let _ = greet("Bo")
  expect prompt(greet) == "Greet Bo"
}
`;
const failing = `${head}agent greet() { model: small, prompt: "Greet" }
agent other() { model: small, prompt: "x" }
tool look() -> string from "./look.ts"
test "fails" {
  fake greet -> "Hello <&>"
  expect greet() == "Good bye"
}
test "holds" { expect calls(greet) == 0 }
`;
const files = { "package.json": "{}", "good.tantra": good, "failing.tantra": failing, "look.ts": "export default () => 'x';" };

describe("tantra test", () => {
  it("runs the tests of files and folders, and says how many have passed", async () => {
    const ran = await tantra(["test", "good.tantra"], { cwd: folder(files) });
    expect(ran).toEqual({ code: 0, stdout: "good.tantra\n  ✓ greets\n  ✓ shows who is greeted\n\n2 passed, 0 failed\n", stderr: "" });
  });

  it("shows what does not hold with both sides and the line, says what no test reached, and exits with 1", async () => {
    const ran = await tantra(["test", "."], { cwd: folder(files) });
    expect(ran.code).toBe(1);
    expect(ran.stdout).toBe(`failing.tantra
  ✗ fails

    error T630: unmet expectation
    This does not hold: greet() == "Good bye"

        ┌─ failing.tantra:8:10 in test
      8 │   expect greet() == "Good bye"
        │          ^^^^^

     left: "Hello <&>"
    right: "Good bye"

    greet · test/greet
      user       Greet
      assistant  Hello <&>

  ✓ holds

good.tantra
  ✓ greets
  ✓ shows who is greeted

3 passed, 1 failed

No test reached: agent other (failing.tantra:4), tool look (failing.tantra:5)
`);
  });

  it("runs only tests whose name holds the text of --filter", async () => {
    const ran = await tantra(["test", ".", "--filter", "hold"], { cwd: folder(files) });
    expect(ran).toEqual({ code: 0, stdout: "failing.tantra\n  ✓ holds\n\n1 passed, 0 failed\n", stderr: "" });
  });

  it("runs the tests of a compiled program", async () => {
    const cwd = folder(files);
    const { stdout } = await tantra(["compile", "good.tantra"], { cwd });
    writeFileSync(join(cwd, "good.json"), stdout);
    expect(await tantra(["test", "good.json", "--filter", "greets"], { cwd })).toEqual({
      code: 0,
      stdout: "good.json\n  ✓ greets\n\n1 passed, 0 failed\n",
      stderr: "",
    });
  });

  it("reports as JSON", async () => {
    const ran = await tantra(["test", "failing.tantra", "--reporter", "json"], { cwd: folder(files) });
    const report = JSON.parse(ran.stdout);
    expect(ran.code).toBe(1);
    expect(report).toMatchObject({
      passed: 1,
      failed: 1,
      tests: [
        {
          file: "failing.tantra",
          name: "fails",
          place: "failing.tantra:6:1",
          passed: false,
          failures: [{ code: "T630", place: "failing.tantra:8:10", expected: { source: 'greet() == "Good bye"' } }],
        },
        { name: "holds", passed: true, failures: [] },
      ],
      unreached: [
        { of: "agent", name: "other" },
        { of: "tool", name: "look" },
      ],
    });
  });

  it("reports as JUnit's XML, in which nothing of a program breaks out", async () => {
    const ran = await tantra(["test", "failing.tantra", "--reporter", "junit"], { cwd: folder(files) });
    expect(ran.code).toBe(1);
    expect(ran.stdout.replace(/time="[\d.]+"/g, 'time="0"')).toBe(
      `<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="2" failures="1" errors="0" time="0">
  <testsuite name="failing.tantra" tests="2" failures="1" errors="0" time="0">
    <testcase name="fails" classname="failing.tantra" file="failing.tantra" line="6" time="0">
      <failure type="T630" message="This does not hold: greet() == &quot;Good bye&quot;">failing.tantra:8:10
left: &quot;Hello &lt;&amp;&gt;&quot;
right: &quot;Good bye&quot;</failure>
      <system-out>greet · test/greet
  user       Greet
  assistant  Hello &lt;&amp;&gt;</system-out>
    </testcase>
    <testcase name="holds" classname="failing.tantra" file="failing.tantra" line="10" time="0"/>
  </testsuite>
</testsuites>
`,
    );
  });

  it("runs nothing where a program has errors, and exits with 3", async () => {
    const cwd = folder({ ...files, "bad.tantra": `${head}agent a() -> int { model: small, prompt: "x" }\ntest "x" { fake a -> "no int"\n  expect a() == 1 }` });
    const ran = await tantra(["test", "."], { cwd });
    expect(ran.code).toBe(3);
    expect(ran.stdout).toBe("");
    expect(ran.stderr).toContain("bad.tantra:4:22");
  });

  it("refuses what it cannot make out, with exit code 2", async () => {
    const cwd = folder({ ...files, "none.tantra": `${head}agent a() { model: small, prompt: "x" }` });
    for (const [args, words] of [
      [[], "There is no file to test."],
      [["gone.tantra"], "There is no file gone.tantra."],
      [["none.tantra"], "There are no tests in none.tantra."],
      [["good.tantra", "--filter", "nowhere"], 'There is no test whose name holds "nowhere" in good.tantra.\n\nThere is "greets", "shows who is greeted".'],
      [["good.tantra", "--filter", "greats"], 'Did you mean "greets"?'],
      [["good.tantra", "--timeout", "soon"], "--timeout soon is no duration."],
      [["good.tantra", "--reporter", "xml"], 'There is no reporter "xml".'],
      [["good.tantra", "--filtre", "x"], "Did you mean --filter?"],
    ] as const) {
      const ran = await tantra(["test", ...args], { cwd });
      expect([ran.code, ran.stdout], words).toEqual([2, ""]);
      expect(ran.stderr).toContain(words);
    }
  });

  it("needs no key for what is faked, and misses one where a model is asked", async () => {
    const program = `provider llm = openai { api_key: env.MISSING_KEY }
model small = llm("gpt-5-mini")
agent a() { model: small, prompt: "x" }
test "faked" {
  fake a -> "fine"
  expect a() == "fine"
}
test "model" {
  fake model small -> "fine"
  expect a() == "fine"
}
test "real" { expect a() == "fine" }
`;
    const ran = await tantra(["test", "main.tantra"], { cwd: folder({ "package.json": "{}", "main.tantra": program }) });
    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain("✓ faked\n  ✓ model\n  ✗ real\n");
    expect(ran.stdout).toContain("The variable MISSING_KEY is not set.");
    expect(ran.stdout).toContain("Or answer for the model in the test, at no cost: fake model small -> …");
    expect(ran.stdout).toContain("2 passed, 1 failed");
  });

  it("says what a test that reached a real provider has cost", async () => {
    const server = await openaiServer([reply("Hello")]);
    const program = `provider llm = openai { api_key: env.OPENAI_API_KEY, base_url: env.OPENAI_BASE_URL }
model small = llm("gpt-5-mini") { price: { input: $1, output: $2 } }
agent a() { model: small, prompt: "x" }
test "real" { expect a() != "" && cost > 0.0 }
`;
    const ran = await tantra(["test", "main.tantra"], {
      cwd: folder({ "package.json": "{}", "main.tantra": program }),
      env: { OPENAI_API_KEY: "sk-test", OPENAI_BASE_URL: server.url },
    });
    expect(ran.code, ran.stdout).toBe(0);
    expect(ran.stdout).toMatch(/✓ real · asked a real provider: \$0\.\d+\n/);
  });

  it("shows what a tool prints with the test that it printed in, also where tests run at the same time", async () => {
    const look = `export default async ({ n }) => {
  for (let i = 0; i < 3; i++) {
    process.stdout.write(\`\${n}.\`);
    await new Promise(setImmediate);
    console.log(i);
  }
  return n;
};`;
    const tests = [1, 2, 3].map((n) => `test "${n}" { expect look(${n}) == ${n} }\n`).join("");
    const program = `tool look(n: int) -> int from "./look.ts"\n${tests}test "not" { expect look(4) == 5 }\n`;
    const cwd = folder({ "package.json": "{}", "main.tantra": program, "look.ts": look });
    const ran = await tantra(["test", "main.tantra", "--reporter", "json"], { cwd });
    const { tests: told } = JSON.parse(ran.stdout) as { tests: { printed: string[] }[] };
    expect(told.map(({ printed }) => printed)).toEqual([1, 2, 3, 4].map((n) => [`${n}.0`, `${n}.1`, `${n}.2`]));
    expect(ran.stderr).toBe("");
    const shown = await tantra(["test", "main.tantra"], { cwd });
    expect(shown.stdout).toContain("  ✓ 3\n\n    printed:\n      3.0\n      3.1\n      3.2\n\n  ✗ not\n");
    expect(shown.stdout).toContain('    look · test#4/look\n      arguments  {"n":4}\n      result     4\n\n    printed:\n      4.0\n');
  });

  it("shows no secret that a tool prints, and no half line is lost", async () => {
    const program = `tool look() -> string from "./look.ts" { options: { key: env.LOOK_KEY } }\ntest "x" { expect look() == "x" }\n`;
    const look = "export default (_args, { options }) => { console.log('with', options.key); process.stdout.write('half'); return 'x'; };";
    const cwd = folder({ "package.json": "{}", "main.tantra": program, "look.ts": look });
    const ran = await tantra(["test", "main.tantra"], { cwd, env: { LOOK_KEY: "open-sesame-now" } });
    expect(ran.stdout).toContain("    printed:\n      with [secret]\n      half\n");
    expect(ran.stderr).toBe("");
  });

  it("ends a test that hangs at --timeout, and one whose tool ends the process is no success", async () => {
    const head = 'tool stuck() -> string from "./stuck.ts"\ntool leave() -> string from "./leave.ts"\n';
    const cwd = folder({
      "package.json": "{}",
      "hangs.tantra": `${head}test "hangs" { expect stuck() == "" }\ntest "goes on" { expect calls(stuck) == 0 }\n`,
      "leaves.tantra": `${head}test "leaves" { expect leave() == "" }\n`,
      "stuck.ts": "export const stuck = () => new Promise(() => undefined);",
      "leave.ts": "export const leave = () => process.exit(0);",
    });
    const hung = await tantra(["test", "hangs.tantra", "--timeout", "200ms"], { cwd });
    expect(hung.code).toBe(1);
    expect(hung.stdout).toMatch(/✗ hangs\n\n {4}error T604: out of time\n {4}The test did not finish within its 200ms\.[\s\S]*✓ goes on/);
    const left = await tantra(["test", "leaves.tantra"], { cwd });
    expect([left.code, left.stdout]).toEqual([1, ""]);
    expect(left.stderr).toContain("The process ended with code 0 before the tests were over.");
  });

  it("refuses tests that fake what is not there or does not fit, or expect no bool, before any runs", async () => {
    for (const [body, place, words] of [
      ['fake gret -> "Hi"\n  expect 1 == 1', "main.tantra:8:8", 'Did you mean "greet"?'],
      ["fake greet -> 1\n  expect 1 == 1", "main.tantra:8:17", "What stands here is `string`, not `int`."],
      ['expect greet("a")', "main.tantra:8:10", "What is expected is `bool`, not `string`."],
    ] as const) {
      const program = good.replace(/test "greets" \{[\s\S]*?\n\}/, `test "x" {\n\n\n  ${body}\n}`);
      const ran = await tantra(["test", "main.tantra"], { cwd: folder({ "package.json": "{}", "main.tantra": program }) });
      expect([ran.code, ran.stdout], ran.stderr).toEqual([3, ""]);
      expect(ran.stderr).toContain(place);
      expect(ran.stderr).toContain(words);
    }
  });
});
