import { expect, test } from "vitest";
import type * as ast from "../../src/syntax/ast.ts";
import { checkFiles, filesOf } from "../conformance/program.ts";

const model = `provider llm = simulator
model fast = llm("gpt-5-mini") { max_tokens: 100 }
model large = llm("gpt-5") { max_tokens: 100 }
`;

function agentNamed(files: ReadonlyMap<string, string>, name: string) {
  const program = checkFiles(files);
  expect(program.diagnostics).toEqual([]);
  const decl = program.declarations.get(`main.tantra#${name}`)?.decl as ast.AgentDecl;
  const value = (key: string): ast.Expr | undefined =>
    decl.members.find((member): member is ast.Entry => member.kind === "Entry" && member.key.text === key)?.value;
  return { program, value };
}

test("what a choice of models names is recorded where it stands, for the compiler", () => {
  const text = `${model}agent a(text: string) { model: if len(text) > 9 { large } else { llm("x") }, retry: again, prompt: text }
retry again { attempts: 2 }`;
  const { program, value } = agentNamed(filesOf(text), "a");
  const choice = value("model") as ast.IfExpr;
  const then = (choice.then.body[0] as ast.ExprStmt).expr;
  const other = ((choice.else as ast.BlockExpr).body[0] as ast.ExprStmt).expr as ast.CallExpr;
  expect(program.resolved.get(then)).toMatchObject({ of: "decl", key: "main.tantra#large" });
  expect(program.resolved.get(other.callee)).toMatchObject({ of: "decl", key: "main.tantra#llm" });
  const retry = value("retry");
  expect(retry && program.resolved.get(retry)).toMatchObject({ key: "main.tantra#again" });
});

test("tools, servers, handoffs and their bound arguments are recorded for the compiler", () => {
  const text = `${model}mcp files { command: "files-server" }
tool find(query: string) from "./find.ts"
template fix(output: string, error: string) "\${output}\${error}"
agent expert(who: string, tone: string = "calm") -> int { model: fast, system: "\${who} \${tone}" }
agent a(name: string) -> int {
  model: fast, prompt: name, tools: [find, files.read, files.*], handoffs: [expert(tone: "brisk", who: name)]
  tool_choice: find, repair: fix(max: 2)
}
// file: ./find.ts`;
  const { program, value } = agentNamed(filesOf(text), "a");
  const [find, read, all] = (value("tools") as ast.ListExpr).items as [ast.Expr, ast.MemberExpr, ast.StarExpr];
  expect(program.resolved.get(find)).toMatchObject({ key: "main.tantra#find" });
  expect(program.resolved.get(read.object)).toMatchObject({ key: "main.tantra#files" });
  expect(program.resolved.get(all.object)).toMatchObject({ key: "main.tantra#files" });
  const handoff = (value("handoffs") as ast.ListExpr).items[0] as ast.CallExpr;
  const bound = program.calls.get(handoff);
  expect(bound).toMatchObject({ of: "agent", key: "main.tantra#expert" });
  expect([...((bound as { args: ReadonlyMap<string, ast.Expr> } | undefined)?.args.keys() ?? [])]).toEqual(["tone", "who"]);
  const choice = value("tool_choice");
  expect(choice && program.resolved.get(choice)).toMatchObject({ key: "main.tantra#find" });
  expect(program.resolved.get((value("repair") as ast.CallExpr).callee)).toMatchObject({ key: "main.tantra#fix" });
});

test("what a profile replaces is recorded at its name", () => {
  const { program } = agentNamed(
    filesOf(`${model}agent a() { model: fast, prompt: "Begin." }
agent b() { model: large, prompt: "Begin." }
profile live { provider llm = openai { api_key: env.KEY } }`),
    "a",
  );
  const profile = program.declarations.get("main.tantra#live")?.decl as ast.ProfileDecl;
  const [provider] = profile.declarations;
  expect(provider && program.resolved.get(provider.name)).toMatchObject({ key: "main.tantra#llm" });
});

test("a model that the price table does not know is told under a budget, and only there", () => {
  const files = filesOf(`${model}agent a() { model: fast, budget: $1, prompt: "Begin." }
agent b() { model: large, prompt: "Begin." }`);
  const unpriced = checkFiles(files, { priced: () => false }).diagnostics;
  expect(unpriced.map(({ code, message }) => `${code} ${message.slice(0, 60)}`)).toEqual(['T457 "fast" spends from the budget of "a" without a known price, ']);
  expect(checkFiles(files, { priced: (_, id) => id === "gpt-5-mini" }).diagnostics).toEqual([]);
});

test("the same mistake under several profiles is told once", () => {
  const profile = (name: string): string => `profile ${name} { provider llm = from "./mine.ts" }\n`;
  const diagnostics = checkFiles(
    filesOf(`provider llm = simulator
model fast = llm("m") { seed: 1 }
agent a() { model: fast, prompt: "Begin." }
${profile("one")}${profile("two")}// file: ./mine.ts
// file: ./mine.kind.json
{ "name": "mine", "options": {}, "parameters": [] }`),
  ).diagnostics;
  expect(diagnostics.map((one) => one.code)).toEqual(["T511"]);
});
