import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import type { JsonSchema } from "../../src/diagnostics/json.ts";
import { acceptsSchema, outputSchema, parametersSchema, schemaText, typeSchema, withoutKeywords } from "../../src/graph/schema.ts";
import { spellType } from "../../src/graph/spell.ts";
import type { RecordNode, TypeNode } from "../../src/graph/types.ts";

const string: TypeNode = { kind: "string" };
const union: TypeNode = {
  kind: "union",
  members: [
    { kind: "literal", value: "low" },
    { kind: "literal", value: "high" },
  ],
};
const types: Readonly<Record<string, RecordNode>> = {
  "a#Finding": {
    name: "Finding",
    doc: "One fact.",
    fields: [
      { name: "claim", type: { kind: "string", max: 80 } },
      { name: "source", type: { kind: "nullable", type: string }, doc: "Path of the note, or a URL." },
    ],
  },
  "a#Box": { name: "Box", fields: [{ name: "content", type: { kind: "record", name: "a#Finding" }, doc: "What is in it." }] },
  "a#Yes": {
    name: "Yes",
    fields: [
      { name: "ok", type: { kind: "literal", value: true } },
      { name: "value", type: { kind: "int" } },
    ],
  },
  "a#No": { name: "No", fields: [{ name: "ok", type: { kind: "literal", value: false } }] },
  "a#Loose": { name: "Loose", fields: [{ name: "rest", type: { kind: "map", value: string } }] },
};
const finding: TypeNode = { kind: "record", name: "a#Finding" };
const tagged: TypeNode = {
  kind: "union",
  tag: "ok",
  members: [
    { kind: "record", name: "a#Yes" },
    { kind: "record", name: "a#No" },
  ],
};
const findingSchema = {
  description: "One fact.",
  type: "object",
  properties: {
    claim: { type: "string", maxLength: 80 },
    source: { description: "Path of the note, or a URL.", type: ["string", "null"] },
  },
  required: ["claim", "source"],
  additionalProperties: false,
};

const table: readonly (readonly [type: TypeNode, spelled: string, schema: JsonSchema])[] = [
  [string, "string", { type: "string" }],
  [
    { kind: "string", min: 1, max: 9, pattern: "^[a-z]+$" },
    'string(min: 1, max: 9, pattern: "^[a-z]+$")',
    { type: "string", minLength: 1, maxLength: 9, pattern: "^[a-z]+$" },
  ],
  [{ kind: "int", min: 0, max: 10 }, "int(min: 0, max: 10)", { type: "integer", minimum: 0, maximum: 10 }],
  [{ kind: "float", min: 0.5 }, "float(min: 0.5)", { type: "number", minimum: 0.5 }],
  [{ kind: "bool" }, "bool", { type: "boolean" }],
  [{ kind: "json" }, "json", {}],
  [{ kind: "null" }, "null", { type: "null" }],
  [{ kind: "literal", value: "a" }, '"a"', { type: "string", enum: ["a"] }],
  [{ kind: "literal", value: true }, "true", { type: "boolean", enum: [true] }],
  [union, '"low" | "high"', { type: "string", enum: ["low", "high"] }],
  [{ kind: "list", element: string, min: 1, max: 6 }, "string[](min: 1, max: 6)", { type: "array", items: { type: "string" }, minItems: 1, maxItems: 6 }],
  [{ kind: "list", element: union }, '("low" | "high")[]', { type: "array", items: { type: "string", enum: ["low", "high"] } }],
  [{ kind: "map", value: { kind: "int" } }, "map<int>", { type: "object", additionalProperties: { type: "integer" } }],
  [{ kind: "nullable", type: { kind: "int", max: 3 } }, "int(max: 3)?", { type: ["integer", "null"], maximum: 3 }],
  [{ kind: "nullable", type: { kind: "literal", value: "a" } }, '"a"?', { type: ["string", "null"], enum: ["a", null] }],
  [{ kind: "nullable", type: { kind: "json" } }, "json?", {}],
  [{ kind: "nullable", type: union }, '("low" | "high")?', { anyOf: [{ type: "string", enum: ["low", "high"] }, { type: "null" }] }],
  [{ kind: "nullable", type: { kind: "list", element: string } }, "string[]?", { anyOf: [{ type: "array", items: { type: "string" } }, { type: "null" }] }],
  [finding, "Finding", findingSchema],
  [{ kind: "nullable", type: finding }, "Finding?", { anyOf: [findingSchema, { type: "null" }] }],
  [
    { kind: "record", name: "a#Box" },
    "Box",
    {
      type: "object",
      properties: { content: { ...findingSchema, description: "What is in it." } },
      required: ["content"],
      additionalProperties: false,
    },
  ],
  [
    tagged,
    "Yes | No",
    {
      anyOf: [
        {
          type: "object",
          properties: { ok: { type: "boolean", enum: [true] }, value: { type: "integer" } },
          required: ["ok", "value"],
          additionalProperties: false,
        },
        { type: "object", properties: { ok: { type: "boolean", enum: [false] } }, required: ["ok"], additionalProperties: false },
      ],
    },
  ],
  [
    { kind: "nullable", type: tagged },
    "(Yes | No)?",
    { anyOf: [typeSchema({ kind: "record", name: "a#Yes" }, types), typeSchema({ kind: "record", name: "a#No" }, types), { type: "null" }] },
  ],
];

describe("a type as JSON Schema", () => {
  for (const [type, spelled, schema] of table) {
    it(`of ${spelled}`, () => {
      expect(typeSchema(type, types)).toEqual(schema);
      expect(spellType(type, types)).toBe(spelled);
      expect(() => new Ajv2020({ strict: true, strictTypes: false }).compile(schema)).not.toThrow();
    });
  }

  it("keeps the keys of a record in declared order, its description first", () => {
    expect(Object.keys(typeSchema(finding, types))).toEqual(["description", "type", "properties", "required", "additionalProperties"]);
    expect(JSON.parse(schemaText(finding, types))).toEqual(findingSchema);
  });

  it("lets an absent nullable field in where values come in, and asks for it where they go out", () => {
    expect(acceptsSchema(finding, types)["required"]).toEqual(["claim"]);
    expect(typeSchema(finding, types)["required"]).toEqual(["claim", "source"]);
  });

  it("refuses to speak of a record that the graph does not hold", () => {
    expect(() => typeSchema({ kind: "record", name: "a#Gone" }, types)).toThrow(/bug in Tantra/);
  });
});

describe("what a model is asked for", () => {
  it("stands under `value` where the root is no record, but not in text mode", () => {
    const list: TypeNode = { kind: "list", element: finding };
    const native = outputSchema(list, types);
    expect(native.wrapped).toBe(true);
    expect(native.schema).toEqual({
      type: "object",
      properties: { value: { type: "array", items: findingSchema } },
      required: ["value"],
      additionalProperties: false,
    });
    expect(native.accepts["required"]).toEqual(["value"]);
    expect(outputSchema(list, types, "tool").wrapped).toBe(true);
    expect(outputSchema(list, types, "text")).toMatchObject({ wrapped: false, schema: { type: "array" } });
    expect(outputSchema(finding, types).wrapped).toBe(false);
    expect(outputSchema(tagged, types).wrapped).toBe(true);
  });

  it("may be strict unless a map or json occurs somewhere in it", () => {
    expect(outputSchema(tagged, types).strict).toBe(true);
    expect(outputSchema({ kind: "json" }, types).strict).toBe(false);
    expect(outputSchema({ kind: "list", element: { kind: "nullable", type: { kind: "record", name: "a#Loose" } } }, types).strict).toBe(false);
  });
});

describe("the parameters of a tool", () => {
  it("are required unless they have a default or may be null", () => {
    const schema = parametersSchema(
      [
        { name: "query", type: string, doc: "What to look for." },
        { name: "limit", type: { kind: "int" }, default: 3 },
        { name: "in", type: { kind: "nullable", type: string } },
        { name: "like", type: finding },
      ],
      types,
    );
    expect(schema).toEqual({
      type: "object",
      properties: {
        query: { description: "What to look for.", type: "string" },
        limit: { type: "integer" },
        in: { type: ["string", "null"] },
        like: { ...findingSchema, required: ["claim"] },
      },
      required: ["query", "like"],
      additionalProperties: false,
    });
  });

  it("are an empty object where there are none", () => {
    expect(parametersSchema([], types)).toEqual({ type: "object", properties: {}, additionalProperties: false });
  });
});

describe("keywords that a vendor refuses", () => {
  it("are left out wherever they are keywords, and named once", () => {
    const schema = typeSchema({ kind: "list", element: { kind: "int", min: 1, max: 9 }, max: 6 }, types);
    expect(withoutKeywords(schema, ["maxItems", "minimum", "maximum", "pattern"])).toEqual({
      schema: { type: "array", items: { type: "integer" } },
      removed: ["minimum", "maximum", "maxItems"],
    });
  });

  it("stay where they are names of fields or values", () => {
    const schema = {
      type: "object",
      properties: { pattern: { type: "string", enum: ["pattern"], pattern: "x" }, properties: { type: "object", properties: { pattern: {} } } },
      required: ["pattern"],
    };
    expect(withoutKeywords(schema, ["pattern"])).toEqual({
      schema: {
        type: "object",
        properties: { pattern: { type: "string", enum: ["pattern"] }, properties: { type: "object", properties: { pattern: {} } } },
        required: ["pattern"],
      },
      removed: ["pattern"],
    });
  });

  it("leave the schema as it was where none occurs", () => {
    const schema = typeSchema(finding, types);
    expect(withoutKeywords(schema, ["minimum"])).toEqual({ schema, removed: [] });
  });
});
