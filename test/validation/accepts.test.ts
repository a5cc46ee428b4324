import { describe, expect, test } from "vitest";
import { checkText } from "./checking.ts";

const agents = `provider llm = simulator
model fast = llm("gpt-5-mini") { max_tokens: 1000 }
type Note { title: string, due: string?, tags: string[] }
type Fixed { kind: "fixed", amount: float }
type Refused { kind: "refused", why: string }
agent writer(topic: string) { model: fast, prompt: topic }
agent reader(text: string) -> Note { model: fast, prompt: text }
agent judge(text: string) -> Fixed | Refused { model: fast, prompt: text }
tool find(query: string) from "./find.ts" { effect: read }
`;

/** Bodies of a workflow that nothing is to be said about, by what they show. */
const bodies: Readonly<Record<string, string>> = {
  "a field is read after a check": `let note = reader(topic)
  if note.due != null { writer(note.due) } else { "never" }`,
  "a loop that starts with nothing and stops when there is something": `let best: Note? = null
  repeat(max: 3) {
    if best != null { break }
    best = reader(topic)
  }
  best?.title ?? "none"`.replace("best?.title", "(if best != null { best.title })"),
  "an early return in a branch of a branch": `let due = reader(topic).due
  if topic == "x" {
    if due == null { return "none" }
    return due
  }
  due ?? "none"`,
  "records of a union in a match, and their shared tag": `let verdict = judge(topic)
  let text = match verdict { { kind: "fixed" } => "\${verdict.amount}", { kind: "refused" } => verdict.why }
  "\${verdict.kind}: \${text}"`,
  "a match on what may be null": `match reader(topic).due { null => "none", _ => "some" }`,
  "a class of failure": `writer(topic) catch err { match err.class { "timeout" => "late", "budget" => "dear", _ => err.message } }`,
  "an element, or a failure": `let first_note = first(for t in [topic, "x"] { reader(t) }) ?? fail "no note about \${topic}"
  first_note.title`,
  "JSON from a tool, brought under a type": `let found = find(topic)
  let note = as(found, Note)
  note.title + json(found)`,
  "arithmetic of both kinds of numbers": `let half = len(topic) / 2
  let whole = round(half) + len(topic) % 2
  "\${half} \${whole} \${-whole * 2}"`,
  "an object is a block's value": `let map: map<string> = if topic == "x" { { a: "1" } } else { {} }
  map["a"] ?? "none"`,
  "records written where they are wanted": `let notes: Note[] = [{ title: topic, due: null, tags: [] }, { title: "x", tags: ["a"] }]
  join(for n in notes { n.title }, ", ")`,
  "a person's answer": `if ask "Publish \${topic}?" -> bool with { timeout: 1h, default: false } { writer(topic) } else { "no" }`,
  "a conversation with a copy of it": `let talk = chat writer(topic)
  talk.add(user: "Be brief.")
  let a = talk.send("Why?") with { timeout: 30s }
  let copy = fork(talk)
  let b = copy.continue()
  let third = chat writer("x") from talk
  a + b + third.send("x") + join(for m in talk.messages { "\${m.role}: \${m.text}" }, "\\n")`,
  "branches of which some may fail": `parallel(on_error: continue, timeout: 30s) {
    let a = writer(topic)
    let b = reader(topic)
    let _ = writer("x")
  }
  if b == null { return a ?? "nothing" }
  (a ?? "none") + b.title`,
  "branches inside of branches": `let all = parallel(max: 2) for t in [topic, "x"] {
    parallel {
      let a = writer(t)
      let b = writer("\${t}!")
    }
    race { writer(a), writer(b) }
  }
  join(all, "\\n")`,
  "an element left out by its place": `let kept = for i, t in [topic, "x", "y"] if i > 0 && t != "y" { upper(t) }
  join(kept, ", ")`,
  "a call with settings of its own": `writer(topic) with { model: if len(topic) > 10 { fast } else { llm("gpt-5") }, retry: none, timeout: 30s }`,
  "a name used again in a block beside": `for t in [topic] { let x = t
    writer(x) }
  for t in ["a"] { let x = upper(t)
    writer(x) }
  "done"`,
  "a comparison in parentheses": `let same = (len(topic) > 3) == (topic != "x")
  if same { "yes" } else { "no" }`,
  "membership of lists and of keys": `let m: map<int> = { a: 1 }
  if topic in ["a", "b"] || topic in m { "in" } else { "out" }`,
};

describe("nothing is to be said about", () => {
  for (const [name, body] of Object.entries(bodies)) {
    test(name, () => {
      const rest = `workflow other() { reader("x"), judge("x"), find("x"), writer("x") }\n`;
      const program = checkText(`${agents}workflow main(topic: string) -> string {\n  ${body}\n}\n${rest}// file: ./find.ts\n`);
      expect(program.diagnostics.map(({ code, message }) => `${code} ${message}`)).toEqual([]);
    });
  }

  test("texts that choose, loop and check for null", () => {
    const program = checkText(`${agents}template about(note: Note?, names: string[], size: "big" | "small") """
  %{if note != null && len(note.tags) > 0}
  \${note.title}: \${join(note.tags, ", ")}
  %{else}
  \${size}
  %{end}
  %{for name in names}
  %{if name != ""}
  - \${upper(name)}
  %{end}
  %{end}
  """
workflow main(size: "big" | "small" = "big") { about(null, ["a"], size) + about(reader("x"), [], "small") + writer(json(judge(json(find("x"))))) }
// file: ./find.ts
`);
    expect(program.diagnostics.map(({ code, message }) => `${code} ${message}`)).toEqual([]);
  });

  test("workflows that call each other before they stand, with results found out from their bodies", () => {
    const program = checkText(`workflow main() { "\${top(3)}" }
workflow top(n: int) { middle(n) + 1 }
workflow middle(n: int) {
  if n > 2 { return 1.5 }
  n
}
`);
    expect(program.diagnostics.map(({ code, message }) => `${code} ${message}`)).toEqual([]);
    expect(program.signatures.get("main.tantra#top")?.result).toEqual({ kind: "float" });
  });
});

test("workflows that go round are reported as such and for nothing else", () => {
  const program = checkText(`workflow main(n: int) { other(n) + 1 }
workflow other(n: int) { main(n) + 1 }
`);
  expect(program.diagnostics.map(({ code }) => code)).toEqual(["T447"]);
});
