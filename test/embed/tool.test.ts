import "ajv/dist/2020.js";
import { describe, expect, expectTypeOf, test } from "vitest";
import { RunError } from "../../src/diagnostics/errors.ts";
import type { JsonSchema } from "../../src/diagnostics/json.ts";
import type { StandardSchema } from "../../src/embed/standard-schema.ts";
import { tool } from "../../src/embed/tool.ts";
import { stage } from "./world.ts";

/** A schema of somebody's library: a text `at`, which it turns into a Date. `json`: it can say its JSON Schema. */
function dated(json: boolean): StandardSchema<{ readonly at: Date }> {
  const schema = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    type: "object",
    properties: { at: { type: "string" } },
    required: ["at"],
    additionalProperties: false,
  };
  return {
    "~standard": {
      version: 1,
      vendor: "test",
      async validate(value) {
        const at = new Date((value as { at: string }).at);
        if (Number.isNaN(at.getTime()))
          return { issues: [{ message: "is no date", path: [{ key: "at" }] }, { message: "is odd", path: ["list", 0] }, { message: "Sorry." }] };
        return { value: { at } };
      },
      ...(json ? { jsonSchema: { input: ({ target }: { target: string }) => (target === "draft-2020-12" ? schema : {}) } } : {}),
    },
  };
}

const query: JsonSchema = { type: "object", properties: { query: { type: "string" } }, required: ["query"], additionalProperties: false };

/** What the model is told of one call. */
async function told(given: ReturnType<typeof tool>, args: string): Promise<string | undefined> {
  const { agent } = stage({ writer: [{ tool_calls: [{ name: given.name, arguments: args }] }, { text: "Done." }] });
  const { messages } = await agent({ tools: [given] }).run("Go");
  return messages.find(({ role }) => role === "tool")?.content;
}

describe("a tool from a function", () => {
  test("with a JSON Schema: what does not fit does not reach it", async () => {
    const search = tool({ name: "search", description: "Looks.", parameters: query, execute: ({ query: text }: { query: string }) => [text, 1, null] });
    expect(search).toMatchObject({ name: "search", description: "Looks.", parameters: query });
    expect(await told(search, '{"query":"tides"}')).toBe('["tides",1,null]');
    expect(await told(search, "{}")).toBe(`{"error":"invalid_request","message":"must have required property 'query'"}`);
  });

  test("with a Standard Schema: it is given what the validator makes of the arguments", async () => {
    const when = tool({
      name: "when",
      parameters: dated(true),
      execute({ at }, { signal, idempotencyKey }) {
        expectTypeOf(at).toEqualTypeOf<Date>();
        return `${at.getUTCFullYear()} ${signal.aborted} ${idempotencyKey.length}`;
      },
    });
    expect(when.parameters).toEqual({ type: "object", properties: { at: { type: "string" } }, required: ["at"], additionalProperties: false });
    expect(await told(when, '{"at":"2026-11-04"}')).toBe("2026 false 64");
    expect(await told(when, '{"at":"soon"}')).toBe('{"error":"invalid_request","message":"/at is no date; /list/0 is odd; Sorry."}');
  });

  test("with a schema that cannot say its JSON Schema: one is given beside it", async () => {
    const options = { name: "when", parameters: dated(false), execute: () => "x" };
    expect(() => tool(options)).toThrow(RunError);
    expect(() => tool(options)).toThrow('The schema of the tool "when" (test) says of itself no JSON Schema.');
    expect(tool({ ...options, jsonSchema: query }).parameters).toBe(query);
  });

  test("a schema whose own JSON Schema fails is said with its words", () => {
    const failing = {
      "~standard": {
        ...dated(false)["~standard"],
        jsonSchema: {
          input: () => {
            throw new Error("Dates have none.");
          },
        },
      },
    };
    expect(() => tool({ name: "when", parameters: failing, execute: () => "x" })).toThrow("has no JSON Schema: Dates have none.");
  });

  test.each([
    ["nothing is null", () => undefined, "null"],
    ["a date is its text", () => ({ at: new Date(0) }), '{"at":"1970-01-01T00:00:00.000Z"}'],
    ["what throws is told", () => Promise.reject(new Error("no lamp")), '{"error":"tool_error","message":"no lamp"}'],
    [
      "what throws with a class has it",
      () => Promise.reject(Object.assign(new Error("gone"), { code: "not_found" })),
      '{"error":"not_found","message":"gone"}',
    ],
  ])("%s", async (_what, execute, expected) => {
    expect(await told(tool({ name: "look", parameters: {}, execute }), "{}")).toBe(expected);
  });

  test("what JSON cannot hold is the tool's failure", async () => {
    expect(await told(tool({ name: "look", parameters: {}, execute: () => 1n }), "{}")).toMatch(/^\{"error":"tool_error"/);
  });

  test("timeoutMs, retry, maxResult, needsApproval and onError are what the loop takes", async () => {
    const options = { name: "look", parameters: {}, execute: () => "x".repeat(50) };
    expect(tool({ ...options, timeoutMs: 5, retry: { attempts: 2 } })).toMatchObject({ timeoutMs: 5, retry: { attempts: 2, delayMs: 500 } });
    expect(await told(tool({ ...options, maxResult: 10 }), "{}")).toBe('{"truncated":true,"text":"xxxxxxxxxx","of":50}');
    await expect(told(tool({ ...options, needsApproval: true }), "{}")).rejects.toMatchObject({ code: "T641", questions: [{ tool: "look", arguments: {} }] });
    expect(
      await told(tool({ ...options, execute: () => Promise.reject(new Error("a")), onError: (errorClass, message) => `${errorClass}: ${message}` }), "{}"),
    ).toBe("tool_error: a");
  });

  test("a name that no vendor takes is refused", () => {
    expect(() => tool({ name: "look up", parameters: {}, execute: () => 1 })).toThrow('"look up" can be no name of a tool.');
  });
});

describe("output of an agent", () => {
  const ages: JsonSchema = { type: "array", items: { type: "integer" } };

  test("a JSON Schema is asked for, and what is no record is wrapped on its way", async () => {
    const { agent } = stage({ writer: [{ value: [1, 2] }] });
    const { value } = await agent<number[]>({ output: ages }).run("Go");
    expectTypeOf(value).toEqualTypeOf<number[]>();
    expect(value).toEqual([1, 2]);
  });

  test("a Standard Schema gives what it makes of the reply, and an unfit one goes back with its words", async () => {
    const { agent } = stage({ writer: [{ value: { at: "soon" } }, { value: { at: "2026-11-04" } }] });
    const writer = agent({ output: dated(true), repair: { text: (output, error) => `${output} ${error}` } });
    const { value, messages } = await writer.run("Go");
    expectTypeOf(value).toEqualTypeOf<{ readonly at: Date }>();
    expect(value.at.getUTCFullYear()).toBe(2026);
    expect(messages[2]?.content).toBe('{"at":"soon"} /at is no date; /list/0 is odd; Sorry.');
  });

  test("without a repair an unfit reply fails the run", async () => {
    const { agent } = stage({ writer: [{ value: { at: "soon" } }] });
    await expect(agent({ output: dated(true) }).run("Go")).rejects.toMatchObject({ class: "invalid_output" });
  });

  test("mode: tool asks for it as a call named like the agent", async () => {
    const { agent } = stage({ writer: [{ value: [3] }] });
    const { value, messages } = await agent({ output: { schema: ages, mode: "tool" } }).run("Go");
    expect(value).toEqual([3]);
    expect(messages.at(-2)).toMatchObject({ role: "assistant", toolCalls: [{ name: "writer" }] });
  });
});
