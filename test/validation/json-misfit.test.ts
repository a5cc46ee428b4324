import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { repliesSchema } from "../../src/providers/simulator/replies.schema.ts";
import { misfitOf } from "../../src/validation/json-misfit.ts";

const entries: readonly unknown[] = [
  {},
  { text: "Done." },
  { text: 5 },
  { value: null },
  { when: {} },
  { when: { contains: "x", system: "y", after_tool: "z", path: "a/*" } },
  { when: { contain: "x" } },
  { when: [] },
  { tool_calls: [] },
  { tool_calls: [{ name: "find", arguments: { query: "x" } }] },
  { tool_calls: [{ name: "find", arguments: "{ broken" }] },
  { tool_calls: [{ arguments: {} }] },
  { tool_calls: [{ name: "find", args: {} }] },
  { error: "rate_limit", retry_after: "1s" },
  { error: "rate_limits" },
  { latency: "200ms" },
  { latency: "1.5s" },
  { latency: "200" },
  { latency: 200 },
  { usage: { input: 10, output: 0 } },
  { usage: { input: -1 } },
  { usage: { input: 1.5 } },
  { times: 1 },
  { times: 0 },
  { times: "always" },
  { times: "often" },
  { unknown: 1 },
  "text",
  null,
];
const files: readonly unknown[] = [...entries.map((entry) => ({ helper: [entry] })), {}, [], null, 5, { helper: {} }, { $schema: "x" }, { $schema: 5 }];

test("a replies file fits for us exactly when it fits for Ajv", () => {
  const validate = new Ajv2020({ strict: false }).compile(repliesSchema);
  for (const file of files) {
    const misfit = misfitOf(repliesSchema, file);
    expect(misfit === undefined, `${JSON.stringify(file)}: ${misfit}`).toBe(validate(file));
  }
});

test("what does not fit is named with its place and what it must be", () => {
  expect(misfitOf(repliesSchema, { helper: [{}, { usage: { input: -1 } }] })).toBe('"helper[1].usage.input" must be at least 0');
  expect(misfitOf(repliesSchema, [])).toBe("the file must be an object");
  expect(misfitOf(repliesSchema, { helper: [{ times: "often" }] })).toBe('"helper[0].times" must be a whole number or "always"');
});
