import { describe, expect, it } from "vitest";
import { compile } from "../../src/compiler/compile.ts";
import type { Graph } from "../../src/graph/graph.ts";
import { checkFiles } from "../conformance/program.ts";

const head = `
provider llm = simulator
model small = llm("gpt-5-mini")
agent asks(text: string) {
  model: small
  prompt: text
}
agent lists(text: string) -> string[](max: 3) {
  model: small
  prompt: text
}
`;

function compiled(text: string, more: Readonly<Record<string, string>> = {}): Graph {
  const checked = checkFiles(new Map([["main.tantra", text], ...Object.entries(more)]));
  expect(checked.diagnostics.filter((diagnostic) => diagnostic.severity === "error").map(({ message }) => message)).toEqual([]);
  return compile(checked, (content) => `hash of ${content.length}`);
}

/** The paths of the steps of a workflow's body, as they stand in the graph. */
function paths(body: string): readonly string[] {
  const found: string[] = [];
  const walk = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    if ("path" in node && typeof node.path === "string") found.push(node.path);
    for (const child of Object.values(node)) walk(child);
  };
  walk(compiled(`${head}\nworkflow w(text: string) {\n${body}\n}`).workflows);
  return found;
}

const steps: readonly (readonly [what: string, body: string, paths: readonly string[]])[] = [
  ["a call without a name", "asks(text)", ["w/asks"]],
  ["a call that a let names", "let a = asks(text)\na", ["w/a"]],
  ["a call inside of a function that a let names", "let a = first(lists(text), 2)\njoin(a, text)", ["w/a"]],
  ["arguments, which come after what they are for", "let a = asks(asks(text))\na", ["w/a", "w/asks"]],
  ["calls of one name", "asks(text)\nasks(text)\nlet asked = asks(text)\nasks(asked)", ["w/asks", "w/asks#2", "w/asked", "w/asks#3"]],
  ["both arms of an if", 'let a = if text == "x" { asks(text) } else { asks("y") }\na', ["w/a", "w/asks"]],
  ["a let inside of a block of a let", 'let a = if text == "x" { let b = asks(text)\n asks(b) } else { text }\na', ["w/b", "w/a"]],
  ["a caught call and its handler", "let a = asks(text) catch e { asks(e.message) }\na", ["w/a", "w/asks"]],
  ["an assignment", "let a = text\na = asks(a)\na", ["w/asks"]],
  ["a text", 'let a = "${asks(text)} and ${asks(text)}"\na', ["w/a", "w/asks"]],
  ["a loop and its list", "let a = for x in lists(text) { asks(x) }\njoin(a, text)", ["w/a", "w/lists", "w/a[]/asks"]],
  [
    "loops in loops",
    "for x in lists(text) {\n for y in lists(x) { asks(y) }\n}\ntext",
    ["w/for", "w/lists", "w/for[]/for", "w/for[]/lists", "w/for[]/for[]/asks"],
  ],
  ["a repeat", "repeat(max: 2) { asks(text) }\ntext", ["w/repeat", "w/repeat[]/asks"]],
  ["a parallel for", "let a = parallel for x in lists(text) { asks(x) }\njoin(a, text)", ["w/a", "w/lists", "w/a[]/asks"]],
  [
    "branches",
    "parallel {\n let a = asks(text)\n asks(text)\n asks(text)\n}\na",
    ["w/parallel", "w/parallel/a", "w/parallel/a/asks", "w/parallel/asks", "w/parallel/asks/asks", "w/parallel/asks#2", "w/parallel/asks#2/asks"],
  ],
  [
    "a race",
    "let a = race {\n asks(text)\n asks(text) with { timeout: 1s }\n lists(text)[0] ?? text\n}\na",
    ["w/a", "w/a/asks", "w/a/asks/asks", "w/a/asks#2", "w/a/asks#2/asks", "w/a/lists", "w/a/lists/lists"],
  ],
  [
    "a question and a conversation",
    'let c = chat asks(text)\nlet q = ask "Go on?" -> bool\nif q { c.send(text) }\nc.continue()',
    ["w/c", "w/q", "w/c#2", "w/c#3"],
  ],
];

describe("the static path of", () => {
  for (const [what, body, expected] of steps) {
    it(what, () => {
      expect(paths(body)).toEqual(expected);
    });
  }
});

describe("compiling", () => {
  it("hashes every file that went into the program, texts too", () => {
    const graph = compiled(`import { note } from "./lib/shared.tantra"\n${head}workflow w(text: string) { asks(note(text)) }`, {
      "lib/shared.tantra": 'template note(text: string) from "./note.md"\n',
      "lib/note.md": "About ${text}.\n",
    });
    expect(graph.sources.map(({ path }) => path)).toEqual(["main.tantra", "lib/shared.tantra", "lib/note.md"]);
    expect(graph.sources[2]?.sha256).toBe("hash of 14");
    expect(graph.templates["lib/shared.tantra#note"]?.text).toMatchObject({
      kind: "text",
      place: "lib/note.md:1:1",
      parts: ["About ", { kind: "read", name: "text", place: "lib/note.md:1:9" }, "."],
    });
  });

  it("gives paths relative to the root, whatever file they stand in", () => {
    const graph = compiled('import { fetches } from "./lib/shared.tantra"\nworkflow w() { fetches() }', {
      "lib/shared.tantra": 'provider scripted = simulator { replies: "../data/r.json" }\ntool fetches() from "./tools/read.ts"\n',
      "lib/tools/read.ts": "export const read = () => 1;",
      "data/r.json": "{}",
    });
    expect(graph.tools["lib/shared.tantra#fetches"]?.module).toBe("lib/tools/read.ts");
    expect(graph.providers["lib/shared.tantra#scripted"]?.options).toEqual({ replies: "data/r.json" });
  });

  it("keeps arguments in the order in which they are written", () => {
    const graph = compiled(`${head}tool pair(a: string, b: string) from "./t.ts"\nworkflow w(text: string) { pair(b: asks(text), a: text) }`, { "t.ts": "" });
    const [call] = graph.workflows["main.tantra#w"]?.body ?? [];
    expect(call?.kind === "tool_call" ? Object.keys(call.args) : call).toEqual(["b", "a"]);
  });

  it("declares a model that is written where it is used once, however often it is", () => {
    const graph = compiled(`${head}workflow w(text: string) {
      let a = asks(text) with { model: llm("gpt-5") }
      asks(a) with { model: llm("gpt-5") }
    }`);
    expect(Object.keys(graph.models)).toEqual(["main.tantra#small", 'main.tantra#llm("gpt-5")']);
    expect(graph.models['main.tantra#llm("gpt-5")']).toMatchObject({ provider: "main.tantra#llm", id: "gpt-5" });
  });

  it("folds lists and objects of literals, and no others", () => {
    const graph = compiled(`${head}workflow w(n: int) -> json {
      let all: json = { a: [1, -2.5, "x"], b: { c: null, d: true } }
      return [all, { n: n, k: 1 }]
    }`);
    const [all, result] = graph.workflows["main.tantra#w"]?.body ?? [];
    expect(all).toMatchObject({ value: { kind: "literal", value: { a: [1, -2.5, "x"], b: { c: null, d: true } } } });
    expect(result).toMatchObject({
      value: { kind: "list", items: [{ kind: "read" }, { kind: "object", entries: [{ key: "n" }, { key: "k", value: { kind: "literal" } }] }] },
    });
  });

  it("gives a for its list where its body has a value", () => {
    const graph = compiled(`${head}workflow w(xs: string[]) -> string {
      for x in xs { if x == "stop" { break } }
      let all = for x in xs { x }
      return join(all, "")
    }`);
    const [first, second] = graph.workflows["main.tantra#w"]?.body ?? [];
    expect([first, second?.kind === "let" ? second.value : second]).toMatchObject([{ gives: false }, { gives: true }]);
  });

  it("counts only calls by workflows when it looks for what to start", () => {
    const graph = compiled(`${head}workflow inner(text: string) { asks(text) }
workflow outer(text: string) { inner(text) }
test "outer" { expect len(outer("x")) > 0 }`);
    expect([graph.main, graph.mains]).toEqual(["main.tantra#outer", ["main.tantra#inner", "main.tantra#outer"]]);
  });

  it("keeps the window that a rate is written with, and lets one through where a window has room for less", () => {
    const limits = ["10/s", "500/m", "90/h", "0.5/s"].map((rate) => {
      const graph = compiled(`provider llm = simulator { limit: { requests: ${rate} } }\nmodel m = llm("gpt-5")\nagent a() { model: m, prompt: "x" }`);
      return graph.providers["main.tantra#llm"]?.limit?.requests;
    });
    expect(limits).toEqual([
      { amount: 10, windowMs: 1000 },
      { amount: 500, windowMs: 60_000 },
      { amount: 90, windowMs: 3_600_000 },
      { amount: 1, windowMs: 2000 },
    ]);
  });

  it("leaves the tests of imported files to those files", () => {
    const graph = compiled('import { fetches } from "./lib.tantra"\nworkflow w() { fetches() }\ntest "own" { expect 1 < 2 }', {
      "lib.tantra": 'tool fetches() from "./t.ts"\ntest "theirs" { expect 1 < 2 }\n',
      "t.ts": "",
    });
    expect(graph.tests.map(({ name }) => name)).toEqual(["own"]);
  });
});
