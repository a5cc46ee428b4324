import {
  Agent,
  type AgentResponse,
  type Json,
  ParallelFailure,
  type RunError,
  type RunEvent,
  type Settled,
  type StandardSchema,
  simulator,
  systemClock,
  tool,
} from "tantra";
import { expect, expectTypeOf, test } from "vitest";

const provider = simulator({}, { clock: systemClock });
const about = { name: "writer", model: "sim-1", provider };
const brief = (): StandardSchema<{ readonly at: Date }> => ({
  "~standard": {
    version: 1,
    vendor: "test",
    validate: () => ({ value: { at: new Date(0) } }),
    jsonSchema: { input: () => ({ type: "object", properties: { at: { type: "string" } }, required: ["at"], additionalProperties: false }) },
  },
});
const numbers = { type: "array", items: { type: "integer" } };

test("without an output an agent gives text; with a schema what that gives; with a JSON Schema what is written, or anything", async () => {
  const writer = new Agent(about);
  expectTypeOf(writer).toEqualTypeOf<Agent<string>>();
  expectTypeOf((await writer.run("Go")).value).toEqualTypeOf<string>();
  expectTypeOf((await new Agent({ ...about, output: brief() }).run("Go")).value).toEqualTypeOf<{ readonly at: Date }>();
  expectTypeOf((await new Agent({ ...about, output: { schema: brief(), mode: "tool" } }).run("Go")).value).toEqualTypeOf<{ readonly at: Date }>();
  const { value } = await new Agent<number[]>({ ...about, output: numbers }).run("Go");
  expectTypeOf(value).toEqualTypeOf<number[]>();
  expect(value).toEqual([0]);
  expectTypeOf((await new Agent({ ...about, output: numbers }).run("Go")).value).toBeAny();
  // @ts-expect-error: a model is needed
  expect(() => new Agent({ name: "writer", provider }).run("Go")).toThrow();
});

test("a fork is an agent of the same kind, and so is one made of a class of one's own", async () => {
  class Poet extends Agent<string> {
    poem(): PromiseLike<AgentResponse<string>> {
      return this.run("A poem.");
    }
  }
  const poet = new Poet(about);
  expect(poet.fork()).toBeInstanceOf(Poet);
  expectTypeOf(poet.fork()).toEqualTypeOf<Agent<string>>();
  expect((await poet.poem()).value).toBe("[writer] A poem.");
});

test("parts of a stream are told apart by their type", async () => {
  for await (const part of new Agent({ ...about, output: brief() }).stream("Go")) {
    if (part.type === "text") expectTypeOf(part.text).toEqualTypeOf<string>();
    else if (part.type === "response") expectTypeOf(part.response).toEqualTypeOf<AgentResponse<{ readonly at: Date }>>();
    else expectTypeOf(part).toExtend<RunEvent>();
  }
});

test("runParallel gives each its own type, as the policy has it", async () => {
  const pair = () =>
    [
      [new Agent(about), "x"],
      [new Agent({ ...about, output: brief() }), "y"],
    ] as const;
  const all = await Agent.runParallel(pair());
  expectTypeOf(all).toEqualTypeOf<readonly [AgentResponse<string>, AgentResponse<{ readonly at: Date }>]>();
  const some = await Agent.runParallel(pair(), { onError: "continue" });
  expectTypeOf(some[0]).toEqualTypeOf<AgentResponse<string> | null>();
  const settled = await Agent.runParallel(pair(), { onError: "collect" });
  expectTypeOf(settled[0]).toEqualTypeOf<Settled<string>>();
  if (!settled[0].ok) expectTypeOf(settled[0].error).toEqualTypeOf<RunError>();
  expectTypeOf<ParallelFailure["results"]>().toEqualTypeOf<readonly Settled<unknown>[]>();
  expect([all.length, some.length, settled.length, ParallelFailure.name]).toEqual([2, 2, 2, "ParallelFailure"]);
});

test("a tool's function has the type of its schema, or the one that is written", () => {
  tool({ name: "a", parameters: brief(), execute: (args) => expectTypeOf(args).toEqualTypeOf<{ readonly at: Date }>() });
  tool({ name: "b", parameters: numbers, execute: (args) => expectTypeOf(args).toEqualTypeOf<{ readonly [key: string]: Json }>() });
  tool({ name: "c", parameters: numbers, execute: ({ query }: { query: string }) => query });
  // @ts-expect-error: the schema gives a Date
  tool({ name: "d", parameters: brief(), execute: ({ at }: { at: string }) => at });
});
