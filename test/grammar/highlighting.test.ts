import { tokenMatcher } from "chevrotain";
import { expect, test } from "vitest";
import { Source } from "../../src/diagnostics/source.ts";
import { lex } from "../../src/syntax/lexer/lex.ts";
import { Colon, contextual, Dot, reserved, spelling } from "../../src/syntax/tokens.ts";
import { projectFiles, read } from "../repo/files.ts";
import { highlight, openRules, type Piece, scopeOf } from "./highlighting.ts";

test("declarations: the word, the name, parameters, types and the result each have a scope", async () => {
  const pieces = await highlight("agent planner(topic: string, limit: int = 3) -> Finding[](max: 6) {\n  model: fast\n}");
  expect(scopeOf(pieces, "agent")).toBe("storage.type.agent");
  expect(scopeOf(pieces, "planner")).toBe("entity.name.function.agent");
  expect(scopeOf(pieces, "topic")).toBe("variable.parameter");
  expect(scopeOf(pieces, "string")).toBe("support.type.primitive");
  expect(scopeOf(pieces, "3")).toBe("constant.numeric.integer");
  expect(scopeOf(pieces, "->")).toBe("keyword.operator.arrow");
  expect(scopeOf(pieces, "Finding")).toBe("entity.name.type");
  expect(scopeOf(pieces, "[]")).toBe("keyword.operator.list");
  expect(scopeOf(pieces, "max")).toBe("support.type.property-name");
  expect(scopeOf(pieces, "model")).toBe("support.type.property-name");
  expect(scopeOf(pieces, "fast")).toBe("variable.other.readwrite");
});

test("providers, models, imports and tools name what they stand for", async () => {
  const pieces = await highlight(
    [
      'import { helper as other } from "./x.tantra"',
      "provider llm = openai { api_key: env.OPENAI_API_KEY }",
      'provider mine = from "./mine.ts"',
      'model fast = llm("gpt-5") { max_tokens: 400 }',
      "model smart = fallback(fast, large)",
      'tool find(query: string) -> string[] from "./find.ts" { timeout: 5s }',
    ].join("\n"),
  );
  expect(scopeOf(pieces, "import")).toBe("keyword.control.import");
  expect(scopeOf(pieces, "as")).toBe("keyword.control.as");
  expect(scopeOf(pieces, "from", 0)).toBe("keyword.control.from");
  expect(scopeOf(pieces, "llm", 0)).toBe("entity.name.provider");
  expect(scopeOf(pieces, "openai")).toBe("support.class.kind");
  expect(scopeOf(pieces, "env")).toBe("variable.language.env");
  expect(scopeOf(pieces, "OPENAI_API_KEY")).toBe("variable.other.constant.env");
  expect(scopeOf(pieces, "from", 1)).toBe("keyword.control.from");
  expect(scopeOf(pieces, "llm", 1)).toBe("entity.name.provider");
  expect(scopeOf(pieces, "fallback")).toBe("support.function");
  expect(scopeOf(pieces, "from", 2)).toBe("keyword.control.from");
  expect(scopeOf(pieces, "5s")).toBe("constant.numeric.duration");
});

test("types: fields, unions, maps, nullable, constraints", async () => {
  const pieces = await highlight(
    'type Finding {\n  /// Where it stands.\n  source: string?\n  sure: "low" | "high"\n  marks: map<float>\n}\ntype Ids = int(min: 1)[]\nlet_alone: 1',
  );
  expect(scopeOf(pieces, "Finding")).toBe("entity.name.type");
  expect(pieces.find(({ text }) => text.includes("Where it stands"))?.scopes.at(-1)).toBe("comment.line.documentation");
  expect(scopeOf(pieces, "source")).toBe("variable.other.property");
  expect(scopeOf(pieces, "?")).toBe("keyword.operator.nullable");
  expect(scopeOf(pieces, "|")).toBe("keyword.operator.union");
  expect(scopeOf(pieces, "low")).toBe("string.quoted.double");
  expect(scopeOf(pieces, "map")).toBe("support.type.map");
  expect(scopeOf(pieces, "Ids")).toBe("entity.name.type");
  expect(scopeOf(pieces, "min")).toBe("support.type.property-name");
});

test("durations, money, rates and numbers differ, and what is none is marked", async () => {
  const pieces = await highlight("retry r {\n  a: 500ms\n  b: $0.25\n  c: 500/m\n  d: 2.0\n  e: 10 / 2\n  f: 5mins\n}");
  expect(scopeOf(pieces, "500ms")).toBe("constant.numeric.duration");
  expect(scopeOf(pieces, "$0.25")).toBe("constant.numeric.money");
  expect(scopeOf(pieces, "500/m")).toBe("constant.numeric.rate");
  expect(scopeOf(pieces, "2.0")).toBe("constant.numeric.float");
  expect(scopeOf(pieces, "/")).toBe("keyword.operator.arithmetic");
  expect(scopeOf(pieces, "5mins")).toBe("invalid.illegal.number");
});

test("strings: escapes, interpolation, and strings in it", async () => {
  const pieces = await highlight('workflow w() {\n  return "a \\n \\q ${join(xs, ", ")} b"\n}');
  expect(scopeOf(pieces, "\\n")).toBe("constant.character.escape");
  expect(scopeOf(pieces, "\\q")).toBe("invalid.illegal.escape");
  expect(scopeOf(pieces, "${")).toBe("punctuation.section.interpolation.begin");
  expect(scopeOf(pieces, "join")).toBe("support.function");
  const inner = pieces.find(({ text }) => text === ", ");
  expect(inner?.scopes).toContain("meta.interpolation");
  expect(inner?.scopes.at(-1)).toBe("string.quoted.double");
  const after = pieces.find(({ text }) => text === " b");
  expect(after?.scopes.at(-1)).toBe("string.quoted.double");
  expect(after?.scopes).not.toContain("meta.interpolation");
});

test("text blocks: directives, interpolation, quotes in the text, and code after the end", async () => {
  const pieces = await highlight(
    'agent a() {\n  prompt: """\n    Say "hello" to ${name}. \\${not} 100%\n    %{for f in findings}\n    - ${f.claim}\n    %{else}\n    %{end}\n    """\n  model: fast\n}',
  );
  expect(pieces.find(({ text }) => text.includes('Say "hello"'))?.scopes.at(-1)).toBe("string.quoted.triple");
  expect(scopeOf(pieces, "\\${")).toBe("constant.character.escape");
  expect(scopeOf(pieces, "for")).toBe("keyword.control.directive.for");
  expect(scopeOf(pieces, "in")).toBe("keyword.control.directive.for");
  expect(scopeOf(pieces, "else")).toBe("keyword.control.directive.else");
  expect(scopeOf(pieces, "end")).toBe("keyword.control.directive.end");
  expect(scopeOf(pieces, "claim")).toBe("variable.other.property");
  expect(scopeOf(pieces, "model")).toBe("support.type.property-name");
  expect(pieces.find(({ text }) => text === "model")?.scopes).not.toContain("string.quoted.triple");
});

test("workflows: statements, constructs and calls", async () => {
  const pieces = await highlight(
    [
      "workflow w(xs: string[]) -> string {",
      "  let found: Finding[] = parallel(max: 4) for i, x in xs if x != null { find(x) with { timeout: 3s } }",
      "  let c = chat helper(x) from other",
      '  let ok = ask "Go on?" -> bool',
      '  match kind { "a" => 1, _ => fail "no" }',
      "  risky() catch err { return null }",
      "  race { one() }",
      "  repeat(max: 3) { if done { break } else { chat.send() } }",
      "  return true",
      "}",
    ].join("\n"),
  );
  const scopes = Object.fromEntries(pieces.map(({ text, scopes: all }) => [text.trim(), all.at(-1)]));
  expect(scopes).toMatchObject({
    let: "keyword.declaration.let",
    found: "variable.other.readwrite",
    parallel: "keyword.control.parallel",
    race: "keyword.control.parallel",
    for: "keyword.control.loop",
    in: "keyword.control.loop",
    if: "keyword.control.conditional",
    else: "keyword.control.conditional",
    match: "keyword.control.conditional",
    with: "keyword.control.with",
    ask: "keyword.control.ask",
    from: "keyword.control.from",
    helper: "entity.name.function",
    "=>": "keyword.operator.case",
    _: "variable.language.any",
    fail: "keyword.control.fail",
    catch: "keyword.control.exception",
    err: "variable.other.readwrite",
    repeat: "keyword.control.loop",
    break: "keyword.control.loop",
    return: "keyword.control.return",
    true: "constant.language.boolean",
    null: "constant.language.null",
    find: "entity.name.function",
    "!=": "keyword.operator.comparison",
  });
});

test("tests: fakes, expectations and replays", async () => {
  const pieces = await highlight(
    'test "works" {\n  fake planner -> ["a"] then fail rate_limit "busy"\n  fake model fast -> "x"\n  expect fails invalid_output { planner("x") }\n  expect calls(planner) == 2\n  replay "x.jsonl"\n}',
  );
  expect(scopeOf(pieces, "test")).toBe("storage.type.test");
  expect(scopeOf(pieces, "fake")).toBe("keyword.control.test.fake");
  expect(scopeOf(pieces, "then")).toBe("keyword.control.test.then");
  expect(scopeOf(pieces, "rate_limit")).toBe("constant.other.class");
  expect(scopeOf(pieces, "model")).toBe("keyword.control.test.model");
  expect(scopeOf(pieces, "fails")).toBe("keyword.control.test.fails");
  expect(scopeOf(pieces, "expect", 1)).toBe("keyword.control.test.expect");
  expect(scopeOf(pieces, "calls")).toBe("support.function");
  expect(scopeOf(pieces, "replay")).toBe("keyword.control.test.replay");
});

test("tests: steps on one line, and outcomes on lines of their own", async () => {
  const pieces = await highlight(
    'test "x" { fake a -> [1, 2] then 3, expect calls(a) == 2 }\ntest "y" {\n  fake a -> fail timeout "slow"\n    then fail quota "no"\n    then { b: 1 }\n  let then = 1\n  then == 1\n}',
  );
  expect(scopeOf(pieces, "fake", 0)).toBe("keyword.control.test.fake");
  expect(scopeOf(pieces, "expect")).toBe("keyword.control.test.expect");
  expect(pieces.filter(({ text }) => text.trim() === "then").map(({ scopes }) => scopes.at(-1))).toEqual([
    ...Array.from({ length: 3 }, () => "keyword.control.test.then"),
    ...Array.from({ length: 2 }, () => "variable.other.readwrite"),
  ]);
  expect(scopeOf(pieces, "quota")).toBe("constant.other.class");
});

test("declarations on one line in a profile", async () => {
  const pieces = await highlight('profile p { provider llm = openai { key: env.K }, model m = llm("x"), provider simulator }');
  expect(scopeOf(pieces, "provider", 0)).toBe("storage.type.provider");
  expect(scopeOf(pieces, "openai")).toBe("support.class.kind");
  expect(scopeOf(pieces, "model")).toBe("storage.type.model");
  expect(scopeOf(pieces, "m")).toBe("entity.name.model");
  expect(scopeOf(pieces, "provider", 1)).toBe("storage.type.provider");
  expect(scopeOf(pieces, "simulator")).toBe("entity.name.provider");
});

test.each([
  'let x = f(ask "Go?" -> A, later)',
  'let x = [ask "Go?" -> map<A>[]?, later]',
  'let x = [ask "Go?" -> A] + later',
  'let x = { a: ask "Go?" -> A(max: 3), b: later }',
  'let x = "${ask "Go?" -> A}${later}"',
])("the type of a question ends with its bracket: %s", async (text) => {
  const pieces = await highlight(text);
  expect(scopeOf(pieces, "A")).toBe("entity.name.type");
  expect(scopeOf(pieces, "later")).toBe("variable.other.readwrite");
  expect(await openRules(text)).toBe(0);
});

test("what follows the type of a question is no type", async () => {
  const ask = (rest: string): Promise<readonly Piece[]> => highlight(`let x = ask "Go?" -> A${rest}`);
  expect(scopeOf(await ask(" catch err { null }"), "catch")).toBe("keyword.control.exception");
  expect(scopeOf(await ask(" catch err { null }"), "err")).toBe("variable.other.readwrite");
  expect(scopeOf(await ask("? ?? later"), "??")).toBe("keyword.operator.logical");
  expect(scopeOf(await ask("? ?? later"), "?")).toBe("keyword.operator.nullable");
  expect(scopeOf(await ask("? ?? later"), "later")).toBe("variable.other.readwrite");
  expect(scopeOf(await ask(" || later"), "||")).toBe("keyword.operator.logical");
  expect(scopeOf(await ask(" == later"), "later")).toBe("variable.other.readwrite");
  expect(scopeOf(await ask(" with { timeout: 3s }"), "with")).toBe("keyword.control.with");
});

test("messages: roles are words of their own, and fine names elsewhere", async () => {
  const pieces = await highlight('agent a(user: string) {\n  messages: [system "x", user user, assistant "y"]\n  system: user\n}');
  expect(scopeOf(pieces, "messages")).toBe("support.type.property-name.messages");
  expect(scopeOf(pieces, "system", 0)).toBe("keyword.other.role");
  expect(scopeOf(pieces, "assistant")).toBe("keyword.other.role");
  expect(scopeOf(pieces, "user", 1)).toBe("keyword.other.role");
  expect(scopeOf(pieces, "user", 2)).toBe("variable.other.readwrite");
  expect(scopeOf(pieces, "system", 1)).toBe("support.type.property-name");
});

/** A line in which each word of the language means what it is for. */
const inPlace: Readonly<Record<string, string>> = {
  ...{
    import: 'import { a } from "x"',
    as: 'import { a as b } from "x"',
    from: 'import { a } from "x"',
    provider: "provider openai",
    model: 'model m = llm("x")',
  },
  ...{ retry: "retry r { }", budget: "budget b { }", type: "type T { }", template: 'template t() "x"', tool: 'tool t() from "x"', mcp: "mcp m { }" },
  ...{
    agent: "agent a() { }",
    workflow: "workflow w() { }",
    profile: "profile p { }",
    test: 'test "x" { }',
    map: "type T = map<int>",
    messages: "messages: []",
  },
  ...{ system: 'messages: [system "x"]', user: 'messages: [user "x"]', assistant: 'messages: [assistant "x"]', session: 'let c = chat a() session "x"' },
  ...{ fake: "fake a -> 1", then: "fake a -> 1 then 2", expect: "expect a", fails: "expect fails timeout { }", replay: 'replay "x"', _: "match x { _ => 1 }" },
  ...{ let: "let x = 1", in: "x in xs", env: "env.X", for: "for x in xs { }", catch: "x catch e { }", chat: "chat a()", ask: 'ask "x"' },
};

test.each([...reserved, ...contextual].map(spelling))("%s is coloured where it means what it is for", async (word) => {
  const pieces = await highlight(inPlace[word] ?? `let x = ${word}`);
  expect(scopeOf(pieces, word)).toMatch(/^(?:keyword|storage\.type|constant\.language|support\.type|variable\.language)\b/);
});

test("every character of every example has a scope that fits: nothing is marked as illegal", async () => {
  for (const path of projectFiles("examples", ".tantra")) {
    const wrong = (await highlight(read(path))).filter(({ scopes }) => scopes.some((scope) => scope.startsWith("invalid")));
    expect(wrong, path).toEqual([]);
  }
});

const programs = [
  ...projectFiles("examples", ".tantra"),
  ...projectFiles("test/conformance/accept", ".tantra"),
  ...projectFiles("test/conformance/run", ".tantra"),
];

test.each(programs)("%s leaves no rule open: what follows would be coloured as if it stood alone", async (path) => {
  expect(await openRules(read(path))).toBe(0);
});

test.each(programs)("every reserved word of %s is coloured as one, and no name is", async (path) => {
  const source = new Source(path, read(path));
  const scopeAt = new Map<string, string>();
  let [line, column] = [1, 1];
  for (const piece of await highlight(source.text)) {
    if (piece.line > line) [line, column] = [piece.line, 1];
    // What a rule takes along, such as the blanks before a word, counts from where its word begins.
    const blanks = piece.text.length - piece.text.trimStart().length;
    scopeAt.set(`${line}:${column + blanks}`, piece.scopes.at(-1) ?? "");
    column += piece.text.length;
  }
  const words = /^(?:keyword|constant\.language|variable\.language)/;
  const { tokens } = lex(source, "code");
  const wrong = tokens.flatMap((token, index) => {
    const { line, column } = source.position(token.startOffset);
    const scope = scopeAt.get(`${line}:${column}`);
    const before = tokens[index - 1];
    const behind = tokens[index + 1];
    const isName = (before !== undefined && tokenMatcher(before, Dot)) || behind?.tokenType === Colon;
    const isWord = reserved.includes(token.tokenType) && !isName;
    if (isWord === (scope !== undefined && words.test(scope)) || (!isWord && token.tokenType.name !== "Identifier")) return [];
    return [`${line}:${column} ${token.image}: ${scope}`];
  });
  expect(wrong).toEqual([]);
});

test.each([
  'prompt: """\n  ${f("a \\" } b", "${g("}")}")} "still text" ${"""\n    inner ${"x"} "quoted"\n    """} }\n  """',
  'prompt: """\n  %{if x == "}"} "text" %{end} %{for y in ["%{", "{"]} \\""" ${y} %{end}\n  """',
  'f("${"${"deep"}"}", "")',
])("strings in strings end where they end: %s", async (text) => {
  const pieces = await highlight(`agent a() {\n${text}\nmodel: fast\n}`);
  expect(scopeOf(pieces, "model")).toBe("support.type.property-name");
  expect(pieces.find(({ text }) => text.trim() === "model")?.scopes.filter((scope) => scope.startsWith("string"))).toEqual([]);
  expect(pieces.filter(({ scopes }) => scopes.some((scope) => scope.startsWith("invalid")))).toEqual([]);
  expect(await openRules(`agent a() {\n${text}\n}`)).toBe(0);
});
