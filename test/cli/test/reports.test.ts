import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { testReportSchema } from "../../../src/cli/test/test-report.schema.ts";
import type { TestReport } from "../../../src/cli/test/test-report.ts";
import { folder } from "../../host/folder.ts";
import { root } from "../../repo/files.ts";
import { type Ran, tantra } from "../tantra.ts";

const long = "x".repeat(700);
const program = `provider llm = simulator { replies: "./main.replies.json" }
model small = llm("gpt-5-mini")
retry twice { attempts: 2, delay: 1ms, jitter: none, on: [rate_limit] }
tool look(n: int) -> string from "./look.ts"
agent greet(name: string) { model: small, tools: [look], retry: twice, prompt: "Greet \${name}", check: { long: len(result) > 99 } }
agent desk() { model: small, system: "You help." }
workflow many(n: int = 12) -> string[] { parallel for i in first(range(20), n) { greet("\${i}") } }
workflow talk() -> string {
  let c = chat desk()
  let _ = c.send("Hello")
  return c.send("Again")
}
test "a <test> & \\"its\\" name\\u{1}\\u{202e}]]>" {
  fake greet -> "\\u{1b}[31mred\\u{0}\\u{fffe} <b>&amp;]]>\\n${long}"
  expect greet("\\u{1f600}") == "a\\tb\\nc"
}
test "tools and retries" { expect greet("tools") == "" }
test "many" {
  fake greet -> "Hi"
  expect len(many()) == 11
}
test "talks" {
  fake desk -> "One" then "Two"
  expect talk() == "Two"
}
test "fails" {
  fake look -> fail tool_error "gone"
  expect look(1) == ""
}
`;
const replies = { greet: [{ error: "rate_limit" }, { tool_calls: [{ name: "look", arguments: { n: 1 } }] }, { text: "Done." }] };
const files = {
  "package.json": '{ "type": "module" }',
  "main.tantra": program,
  "main.replies.json": JSON.stringify(replies),
  "look.ts": "export const look = ({ n }) => { console.log('\\x1b[2J', n); return 'seen'; };",
};

const report = (cwd: string, ...more: readonly string[]): Promise<Ran> => tantra(["test", "main.tantra", ...more], { cwd });

describe("the report as JSON", () => {
  const fits = new Ajv2020({ strictTypes: false, strictRequired: false, discriminator: true }).compile(testReportSchema());

  it("is as schemas/test-report.schema.json says, with and without transcripts of what passed, filtered, and of programs that need a key", async () => {
    const cwd = folder(files);
    const all = await Promise.all([
      report(cwd, "--reporter", "json", "--verbose"),
      report(cwd, "--reporter", "json", "--filter", "talks"),
      report(cwd, "--reporter", "json"),
      tantra(["test", "examples", "--reporter", "json", "--verbose"], { cwd: root }),
      tantra(["test", "examples/hello.tantra", "--reporter", "json", "--profile", "openai"], { cwd: root }),
    ]);
    for (const { stdout } of all) expect([fits(JSON.parse(stdout)), fits.errors]).toEqual([true, null]);
    const verbose = JSON.parse(all[0].stdout) as TestReport;
    expect(verbose.tests.map(({ transcript }) => transcript !== undefined)).toEqual([true, true, true, true, true]);
    expect(Object.keys(JSON.parse(all[1].stdout) as object)).toEqual(["passed", "failed", "tests"]);
  });

  it("holds the whole transcript of what failed, and none of what passed", async () => {
    const { tests } = JSON.parse((await report(folder(files), "--reporter", "json")).stdout) as TestReport;
    expect(tests.map(({ passed, transcript }) => [passed, transcript?.length])).toEqual([
      [false, 1],
      [false, 1],
      [false, 12],
      [true, undefined],
      [false, 1],
    ]);
    expect(JSON.stringify(tests[0]?.transcript)).toContain(long);
    expect(tests[1]?.printed).toEqual(["␛[2J 1"]);
  });
});

describe("the report for a person", () => {
  it("cuts long texts and many exchanges and says how much, unless all is asked for; nothing steers the terminal", async () => {
    const cwd = folder(files);
    const [short, whole] = await Promise.all([report(cwd), report(cwd, "--verbose")]);
    expect(short.stdout).toMatch(/x … and 1\d\d more characters\n/);
    expect(short.stdout).toContain("4 exchanges before these: --verbose shows all.\n");
    expect(short.stdout).toContain("assistant  ␛[31mred␀");
    expect(short.stdout).toMatch(/✓ talks\n {2}✗ fails/);
    expect(whole.stdout).toContain(long);
    expect(whole.stdout).not.toContain("--verbose");
    expect(whole.stdout).toMatch(/✓ talks\n\n {4}desk · test#4\/talk\/\S+\n {6}system {5}You help\.\n {6}user {7}Hello\n/);
    expect(whole.stdout).toContain("Branches reached: 1 of 1\n  main.tantra: 1 of 1\n");
    for (const { stdout } of [short, whole]) expect(stdout).not.toMatch(/[\0-\x08\x0b-\x1f\x7f\u202e]/);
  });
});

describe("the report as JUnit's XML", () => {
  it("is well-formed whatever a program holds, its counts are right, and says what was said", async () => {
    const { stdout } = await report(folder(files), "--reporter", "junit");
    const elements = elementsOf(stdout);
    expect(
      elements.filter(({ name }) => name.startsWith("testsuite")).map(({ name, attributes: { tests, failures, errors } }) => [name, tests, failures, errors]),
    ).toEqual([
      ["testsuites", "5", "4", "0"],
      ["testsuite", "5", "4", "0"],
    ]);
    const cases = elements.filter(({ name }) => name === "testcase");
    expect(cases.map(({ attributes }) => [attributes["file"], attributes["line"]])).toEqual([13, 17, 18, 22, 26].map((line) => ["main.tantra", String(line)]));
    for (const { attributes } of cases) expect(attributes["time"]).toMatch(/^\d+\.\d{3}$/);
    expect(elements.filter(({ name }) => name === "failure")).toHaveLength(4);
    const [first = ""] = stdout.split("</testcase>");
    expect(first).toContain('name="a &lt;test&gt; &amp; &quot;its&quot; name\ufffd');
    expect(first).toMatch(/<system-out>greet · test\/greet[\s\S]*red[\s\S]*&amp;amp;]]&gt;[\s\S]*<\/system-out>/);
    expect(first).toContain(long);
  });
});

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** The elements of an XML document in the order of their tags. Throws where it is not well-formed. */
function elementsOf(text: string): Element[] {
  const illegal = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.exec(text);
  if (illegal !== null) throw new Error(`illegal character U+${illegal[0].codePointAt(0)?.toString(16)}`);
  const body = text.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, "");
  const open: string[] = [];
  const found: Element[] = [];
  for (const [token, close, name, attributes = "", empty] of body.matchAll(/<\/([\w-]+)>|<([\w-]+)((?:\s+[\w-]+="[^"<]*")*)(\/?)>|[^<]+|</g)) {
    if (close !== undefined) {
      if (open.pop() !== close) throw new Error(`${token} closes nothing`);
    } else if (name !== undefined) {
      found.push({ name, attributes: Object.fromEntries([...attributes.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, key = "", value = ""]) => [key, value])) });
      if (empty === "") open.push(name);
    } else if (token === "<" || token.includes("]]>") || (open.length === 0 && token.trim() !== "")) throw new Error(`stray ${token}`);
    if (/&(?!(?:amp|lt|gt|quot|#\d+);)/.test(token)) throw new Error(`a bare & in ${token}`);
  }
  if (open.length > 0) throw new Error(`${open.join(", ")} never end`);
  return found;
}
