import { describe, expect, test } from "vitest";
import type { Question } from "../../../src/agent/question.ts";
import { howToAnswer } from "../../../src/cli/people/how-to-answer.ts";
import { readAnswer } from "../../../src/cli/people/read-answer.ts";
import { questionLines } from "../../../src/cli/people/show-question.ts";
import { spellSchema } from "../../../src/cli/people/spell-schema.ts";
import { quoted } from "../../../src/cli/shell-word.ts";
import { unpainted } from "../../../src/diagnostics/paint.ts";
import { acceptsSchema } from "../../../src/graph/schema.ts";
import type { RecordNode, TypeNode } from "../../../src/graph/types.ts";

const record: RecordNode = {
  name: "Change",
  fields: [
    { name: "word", type: { kind: "string" } },
    { name: "why", type: { kind: "nullable", type: { kind: "string" } } },
  ],
};
const text: TypeNode = { kind: "string" };
const literal = (value: string | boolean): TypeNode => ({ kind: "literal", value });
const level: TypeNode = { kind: "union", members: [literal("low"), literal("high")] };
const change: TypeNode = { kind: "record", name: "t#Change" };
const schemaOf = (type: TypeNode) => acceptsSchema(type, { "t#Change": record });

test.each<[string, TypeNode]>([
  ["bool", { kind: "bool" }],
  ["int(min: 0, max: 9)", { kind: "int", min: 0, max: 9 }],
  ["float", { kind: "float" }],
  ['string(max: 3, pattern: "^a")', { kind: "string", max: 3, pattern: "^a" }],
  ['"low" | "high"', level],
  ['("low" | "high")?', { kind: "nullable", type: level }],
  ["string?", { kind: "nullable", type: text }],
  ['("low" | "high")[](max: 2)', { kind: "list", element: level, max: 2 }],
  ["{ word: string, why: string? }", change],
  ["{ word: string, why: string? }?", { kind: "nullable", type: change }],
  ["map<int>", { kind: "map", value: { kind: "int" } }],
  ["json", { kind: "json" }],
])("a schema is spelled as its type is written: %s", (spelled, type) => {
  expect(spellSchema(schemaOf(type))).toBe(spelled);
});

describe("what is typed", () => {
  test.each<[string, TypeNode, string, unknown]>([
    ["y is yes", { kind: "bool" }, " Y ", true],
    ["no is no", { kind: "bool" }, "no", false],
    ["a text is taken as it is", text, "  two\nlines ", "  two\nlines "],
    ["a text that looks like a number stays one", text, "3", "3"],
    ["a choice by its word", level, "high", "high"],
    ["a choice by its number", level, "1", "low"],
    ["a bool literal", literal(true), "true", true],
    ["a number", { kind: "int" }, "12", 12],
    ["a list as JSON", { kind: "list", element: text }, '["a"]', ["a"]],
    ["a record as JSON", change, '{ "word": "x" }', { word: "x" }],
    ["null where that is allowed", { kind: "nullable", type: text }, "null", null],
    ["null of a record", { kind: "nullable", type: change }, "null", null],
    ["null as a text", text, "null", "null"],
  ])("%s", (_what, type, typed, value) => {
    expect(readAnswer({ of: "ask", schema: schemaOf(type) }, typed)).toEqual({ value });
  });

  test.each<[TypeNode, string, RegExp]>([
    [{ kind: "bool" }, "maybe", /^It is y or n\.$/],
    [{ kind: "bool" }, "", /y or n/],
    [level, "3", /one of low, high/],
    [level, "LOW", /one of low, high/],
    [{ kind: "int" }, "many", /a number/],
    [{ kind: "float" }, "", /a number/],
    [change, "{ word: 1", /^It is no JSON: /],
  ])("is asked for again where it is nothing: %o %s", (type, typed, wrong) => {
    expect(readAnswer({ of: "ask", schema: schemaOf(type) }, typed)).toEqual({ wrong: expect.stringMatching(wrong) });
  });

  test("of an approval is yes, no, or no with a reason", () => {
    const approval = { of: "approval", schema: { type: "boolean" } } as const;
    expect(readAnswer(approval, "y")).toEqual({ value: true });
    expect(readAnswer(approval, "n")).toEqual({ value: false });
    expect(readAnswer(approval, "no, not at night")).toEqual({ value: false, reason: "not at night" });
    expect(readAnswer(approval, "n: too dear")).toEqual({ value: false, reason: "too dear" });
    expect(readAnswer(approval, "not now")).toEqual({ wrong: "It is y or n." });
    expect(readAnswer(approval, "yes, but")).toEqual({ wrong: "It is y or n." });
  });
});

const approval: Question = {
  path: "publish/each[0]/send",
  of: "approval",
  question: 'Call the tool "send"?',
  schema: { type: "boolean" },
  place: "p.tantra:4:12",
  tool: "send",
  arguments: { to: "ada@example.com", text: `Dear Ada,\n\x1b[2Jgone \u202e${"long ".repeat(100)}` },
};
const publish: Question = {
  path: "publish/go",
  of: "ask",
  question: "Publish?\nIt's \x07 done.",
  schema: { type: "boolean" },
  place: "p.tantra:9:3",
  until: 0,
};

test("what is approved is shown exactly and whole, and steers no terminal", () => {
  const lines = questionLines(approval, { paint: unpainted });
  expect(lines).toEqual([
    "Call the tool send with exactly this?",
    "  {",
    '    "to": "ada@example.com",',
    `    "text": "Dear Ada,\\n\\u001b[2Jgone <U+202E>${"long ".repeat(100)}"`,
    "  }",
    "p.tantra:4:12, publish/each[0]/send",
  ]);
});

test("without anybody there, each question stands with its place, its type and the line that answers it", () => {
  const questions = [publish, { ...approval, arguments: {} }];
  expect(howToAnswer("run-1", questions, { paint: unpainted }, true)).toBe(
    `waiting: the run waits for 2 answers.

  Publish?
  It's ␇ done.
  p.tantra:9:3, publish/go
  open until 1970-01-01T00:00:00.000Z
  tantra answer run-1 publish/go '<true or false>'

  Call the tool send with exactly this?
    {}
  p.tantra:4:12, publish/each[0]/send
  tantra answer run-1 'publish/each[0]/send' '<true or false>'

Then: tantra resume run-1`,
  );
  const unkept = howToAnswer("run-1", questions, { paint: unpainted }, false);
  expect(unkept).not.toContain("tantra answer");
  expect(unkept).toContain("Nothing is kept of this run");
});

test.each([
  ["plain/path#2", "'plain/path#2'"],
  ["plain/path", "plain/path"],
  ["it's", "'it'\\''s'"],
  ["$(rm)", "'$(rm)'"],
])("a shell reads %s as one word", (word, written) => {
  expect(quoted(word)).toBe(written);
});
