import { RE2JS } from "re2js";
import { expect, test } from "vitest";
import { foreignCheck, type PatternEngine } from "../../src/agent/foreign-schema.ts";
import type { Json, JsonSchema } from "../../src/diagnostics/json.ts";

const engine: PatternEngine = (pattern) => {
  const regex = RE2JS.compile(pattern);
  return (text) => regex.test(text);
};
const check = (schema: JsonSchema) => foreignCheck(schema, engine);
/** Arguments nested so deep. */
const nested = (depth: number): Json => {
  let value: Json = {};
  for (let level = 0; level < depth; level++) value = { a: value };
  return value;
};

test("an ordinary schema is checked whole, in either dialect", async () => {
  const schema = { type: "object", properties: { n: { type: "integer", minimum: 1 } }, required: ["n"], additionalProperties: false };
  for (const dialect of [{}, { $schema: "http://json-schema.org/draft-07/schema#" }, { $schema: "https://json-schema.org/draft/2020-12/schema" }]) {
    const { gap, validate } = await check({ ...dialect, ...schema });
    expect(gap).toBeUndefined();
    expect(validate({ n: 1 })).toBeUndefined();
    expect(validate({ n: 0, m: 1 })).toBe("/m must NOT have additional properties; /n must be >= 1");
  }
  const tuple = await check({ $schema: "http://json-schema.org/draft-07/schema#", type: "array", items: [{ type: "string" }, { type: "number" }] });
  expect(tuple.validate(["a", "b"])).toBe("/1 must be number");
});

test("a schema that contains itself is checked as deep as the value goes", async () => {
  const { gap, validate } = await check({ type: "object", properties: { a: { $ref: "#" }, n: { type: "number" } } });
  expect(gap).toBeUndefined();
  expect(validate(nested(50))).toBeUndefined();
  expect(validate({ a: { a: { n: "x" } } })).toBe("/a/a/n must be number");
});

test("what loops without end, or doubles at each step, lets the value pass", async () => {
  const doubling: Record<string, JsonSchema> = { d0: { type: "string" } };
  for (let n = 1; n <= 60; n++) doubling[`d${n}`] = { allOf: [{ $ref: `#/$defs/d${n - 1}` }, { $ref: `#/$defs/d${n - 1}` }] };
  for (const [schema, value] of [
    [{ $ref: "#" }, {}],
    [{ anyOf: [{ $ref: "#" }, { not: { $ref: "#" } }] }, {}],
    [{ $defs: doubling, $ref: "#/$defs/d60" }, "x"],
    [{ allOf: [{ properties: { a: { $ref: "#" } } }, { properties: { a: { $ref: "#" } } }] }, nested(100)],
  ] as const) {
    const { validate } = await check(schema as unknown as JsonSchema);
    expect(validate(value)).toBeUndefined();
  }
});

test("patterns are searched in linear time; those that cannot be are left to the server, and named", async () => {
  const hostile = await check({
    type: "object",
    properties: { a: { pattern: "^(([a-z])+.)+[A-Z]([a-z])+$" } },
    patternProperties: { "^(x+)+$": { type: "number" } },
  });
  expect(hostile.gap).toBeUndefined();
  expect(hostile.validate({ a: "a".repeat(5000), [`${"x".repeat(5000)}!`]: "y" })).toBe('/a must match pattern "^(([a-z])+.)+[A-Z]([a-z])+$"');
  const foreign = await check({ type: "object", properties: { a: { pattern: "^(?!b)" }, b: { pattern: "^x$" } } });
  expect(foreign.gap).toBe('its pattern "^(?!b)" cannot be used here');
  expect(foreign.validate({ a: "b", b: "y" })).toBe('/b must match pattern "^x$"');
});

test("two patterns of one schema are two", async () => {
  const { validate } = await check({ type: "object", properties: { a: { pattern: "^a$" }, b: { pattern: "^b$" } } });
  expect(validate({ a: "a", b: "b" })).toBeUndefined();
  expect(validate({ a: "b", b: "a" })).toBe('/a must match pattern "^a$"; /b must match pattern "^b$"');
});

test("what is no schema, refers to elsewhere or is too large is said, and lets the value pass", async () => {
  for (const [schema, gap] of [
    [{ $ref: "https://schemas.example/x.json" }, "its schema cannot be used: can't resolve reference https://schemas.example/x.json from id #"],
    [{ type: "strange" }, /^its schema cannot be used: /],
    [{ properties: { a: { enum: ["x".repeat(300_000)] } } }, "its schema is too large"],
  ] as const) {
    const found = await check(schema as unknown as JsonSchema);
    expect(found.gap).toEqual(typeof gap === "string" ? gap : expect.stringMatching(gap));
    expect(found.validate({ a: 1 })).toBeUndefined();
  }
});

test("a name that is a keyword, or of every object, is a name like any other", async () => {
  const { validate } = await check({ type: "object", properties: { properties: { type: "string" }, enum: { type: "number" } }, required: ["constructor"] });
  expect(validate({ properties: 1, enum: "x" })).toContain("/properties must be string");
  expect(validate({ properties: 1, enum: "x" })).toContain("/enum must be number");
});
