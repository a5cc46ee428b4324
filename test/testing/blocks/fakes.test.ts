import { describe, expect, it } from "vitest";
import { failures, head } from "./blocks.ts";

describe("a faked agent", () => {
  it("gives its values in turn and the last one for good, each held to its type, without asking a model", async () => {
    const program = `${head}type Note { text: string, n: int? }
agent a() -> Note { model: small, prompt: "x" }
agent t() { model: small, prompt: "y" }
test "x" {
  fake a -> { text: "one", n: 1 } then { text: "two" }
  fake t -> "said"
  let first = a()
  let second = a()
  let third = a()
  expect first.text == "one" && first.n == 1
  expect second.text == "two" && second.n == null && third == second
  expect t() == "said"
  expect calls(a) == 3 && calls(small) == 0 && cost == 0.0
}`;
    expect(await failures(program)).toEqual([]);
  });

  it("is held to `ensure` and `check`; what does not hold is final and not repaired", async () => {
    const program = `${head}template mend(output: string, error: string) "again: \${output} \${error}"
agent a() -> string[] { model: small, prompt: "x", ensure: [len(result) > 0], check: { short: len(result) < 2 }, repair: mend(max: 3) }
test "ensure" {
  fake a -> [] then ["fine"]
  expect fails invalid_output { a() }
  expect a() == ["fine"] && failed_checks(a) == 0
}
test "check" {
  fake a -> ["p", "q"]
  expect len(a()) == 2
  expect failed_checks(a) == 1
}`;
    expect(await failures(program)).toEqual([]);
  });

  it("fails with its class and message, at once, whatever the retry says", async () => {
    const program = `${head}retry much { attempts: 5, delay: 1h }
agent a() { model: small, retry: much, prompt: "x" }
workflow w() -> string { a() catch err { "\${err.class}: \${err.message}" } }
test "x" {
  fake a -> fail rate_limit "busy" then "fine"
  let told = w()
  expect contains(told, "rate_limit") && contains(told, "busy")
  expect w() == "fine"
}`;
    expect(await failures(program)).toEqual([]);
  });

  it("answers for one that takes over, too, and for one that is a tool", async () => {
    const replies = {
      desk: [{ tool_calls: [{ name: "helper", arguments: {} }] }, { tool_calls: [{ name: "handoff_expert" }] }],
    };
    const program = `${head}agent helper() { model: small, prompt: "help" }
agent expert() { model: small, system: "You know.", prompt: "x" }
agent desk() { model: small, prompt: "Hello", tools: [helper], handoffs: [expert] }
test "x" {
  fake helper -> "a hand"
  fake expert -> "known"
  expect desk() == "known"
  expect calls(desk) == 1 && calls(helper) == 1 && calls(expert) == 1
  expect contains(prompt(expert), "You know.") && contains(prompt(expert), "a hand")
}`;
    expect(await failures(program, { replies })).toEqual([]);
  });

  it("answers each `send` of a conversation, and leaves sessions of the project alone", async () => {
    const program = `${head}agent guide() { model: small, system: "Guide." }
workflow w() -> string {
  let c = chat guide() session "s"
  let first = c.send("one")
  let second = c.send("two")
  "\${first} \${second}"
}
test "x" {
  fake guide -> "a" then "b"
  expect w() == "a b"
  expect calls(guide) == 2 && contains(prompt(guide, 2), "one") && contains(prompt(guide, 2), "two")
}`;
    expect(await failures(program)).toEqual([]);
  });
});

describe("a faked tool", () => {
  it("answers in the place of the function, whose `deny` holds", async () => {
    const program = `${head}tool t(n: int) -> int from "./t.ts" { effect: write, deny: n > 5 }
test "x" {
  fake t -> 1 then fail tool_error "gone"
  expect t(2) == 1
  expect fails denied { t(6) }
  expect calls(t) == 1 && prompt(t) == "{\\"n\\":2}"
  expect fails tool_error { t(3) }
  expect calls(t) == 2
}`;
    const loadTool = (): never => {
      throw new Error("it is loaded");
    };
    expect(await failures(program, {}, { loadTool })).toEqual([]);
  });

  it("of a server needs no server where all that is used of it is faked", async () => {
    const program = `${head}mcp files { command: "nothing-there" }
agent a() { model: small, prompt: "x", tools: [files.read_file] }
test "x" {
  fake files.read_file -> "text" then fail not_found "no such file"
  expect files.read_file(path: "a") == "text"
  expect a() == "done"
  expect calls(files.read_file) == 2 && contains(prompt(files.read_file, 2), "b.md")
  expect contains(prompt(a), "no such file")
}`;
    const replies = { a: [{ tool_calls: [{ name: "files_read_file", arguments: { path: "b.md" } }] }, { text: "done" }] };
    expect(await failures(program, { replies })).toEqual([]);
  });
});

describe("a faked model", () => {
  const models = `provider llm = simulator
retry quick { attempts: 2, delay: 0ms }
model big = llm("gpt-5") { retry: quick }
model small = llm("gpt-5-mini")
model best = fallback(big, small)
`;
  it("fails and answers request by request, so that retry and fallback act", async () => {
    const program = `${models}agent a() -> int[] { model: best, prompt: "x" }
test "retry" {
  fake model big -> fail overloaded then [1]
  fake model small -> [2]
  expect a() == [1] && calls(big) == 2 && calls(small) == 0
}
test "fallback" {
  fake model big -> fail overloaded
  fake model small -> [2]
  expect a() == [2] && calls(big) == 2 && calls(small) == 1 && calls(a) == 1
}
test "all of it" {
  fake model best -> [3]
  expect a() == [3] && calls(best) == 1 && calls(big) == 0
}`;
    expect(await failures(program)).toEqual([]);
  });

  it("replies with a text as it stands, which a repair is told of", async () => {
    const program = `${models}template mend(output: string, error: string) "again: \${output} \${error}"
agent a() -> int[] { model: big, prompt: "x", output: tool, repair: mend(max: 1) }
test "x" {
  fake model big -> "no list" then [7]
  expect a() == [7]
  expect contains(prompt(a), "again:") && contains(prompt(big, 2), "again:") && !contains(prompt(big, 1), "again:")
}`;
    expect(await failures(program)).toEqual([]);
  });
});

describe("the order in which values are dealt", () => {
  const program = `${head}tool wait(n: int) -> int from "./t.ts" { effect: read }
agent a(n: int) { model: small, prompt: "Number \${n}" }
workflow w() -> string[] {
  parallel for n in [0, 1, 2] {
    let _ = wait(n)
    a(n)
  }
}
test "x" {
  fake a -> "first" then "second" then "third"
  expect w() == ["first", "second", "third"]
  expect contains(prompt(a, 1), "Number 0") && contains(prompt(a, 3), "Number 2")
}`;

  it("is that of the paths, although the last branch is the first to ask", async () => {
    const gates = [0, 1, 2].map(() => Promise.withResolvers<number>());
    const asked: number[] = [];
    // Each branch goes on when the one behind it has got to its tool and beyond.
    const wait = async ({ n }: { readonly n?: unknown }): Promise<number> => {
      asked.push(Number(n));
      if (n === 2) setImmediate(() => gates[1]?.resolve(1));
      else await gates[Number(n)]?.promise;
      if (n === 1) setImmediate(() => gates[0]?.resolve(0));
      return Number(n);
    };
    expect(await failures(program, { tools: { wait } })).toEqual([]);
    expect(asked).toEqual([0, 1, 2]);
  });

  it("is that of a model's calls in one turn", async () => {
    const turn = `${head}tool t(n: int) -> string from "./t.ts" { effect: read }
agent inner() { model: small, prompt: "x", tools: [t] }
agent outer() { model: small, prompt: "x", tools: [inner, t] }
test "x" {
  fake t -> "first" then "second"
  expect outer() == "done"
  expect contains(prompt(inner), "first") && contains(prompt(outer), "second") && prompt(t, 1) == "{\\"n\\":1}"
}`;
    const replies = {
      outer: [{ tool_calls: [{ name: "inner" }, { name: "t", arguments: { n: 2 } }] }, { text: "done" }],
      inner: [{ tool_calls: [{ name: "t", arguments: { n: 1 } }] }, { text: "in" }],
    };
    expect(await failures(turn, { replies })).toEqual([]);
  });

  it("holds nobody up for ever: a branch that fails before its call lets the others go on", async () => {
    const failing = `${head}agent a(n: int) { model: small, prompt: "x" }
workflow w() -> string[] {
  let found = parallel(on_error: continue) for n in [0, 1, 2] {
    if n == 1 { fail "no" }
    a(n)
  }
  compact(found)
}
workflow quickest() -> string { race {
  a(0)
  a(1)
}  }
test "x" {
  fake a -> "first" then "second"
  expect w() == ["first", "second"]
}
test "race" {
  fake a -> fail timeout then "second"
  expect quickest() == "second"
}`;
    expect(await failures(failing)).toEqual([]);
  });
});
