import { type AnyProgram, compile, type Json, load, loadProgram, type Outcome, type Program, type Run, type RunEvent } from "tantra";
import { describe, expect, expectTypeOf, test } from "vitest";
import { typescriptOf } from "../../src/graph/typescript.ts";
import { read } from "../repo/files.ts";
import type { Letter, Types } from "./letters.tantra.d.ts";

const file = "test/types/letters.tantra";

describe("a program whose types were written", () => {
  test("has them beside it as `tantra types` writes them now", async () => {
    const { graph } = await loadProgram(file);
    expect(graph === undefined ? "" : typescriptOf(graph)).toBe(read(`${file}.d.ts`));
  });

  test("is known by the path that it is loaded by, and held to in calls", async () => {
    const program = await load("test/types/letters.tantra");
    const same = await load("./test/types/letters.tantra", {});
    expectTypeOf(same).toEqualTypeOf(program);
    const run = program.run("post", { to: "Ada" });
    expectTypeOf(run).toEqualTypeOf<Run<Letter>>();
    const outcome = await run;
    expectTypeOf(outcome).toEqualTypeOf<Outcome<Letter>>();
    const { value } = outcome;
    expectTypeOf(value.tone).toEqualTypeOf<"kind" | "stern">();
    expect(value).toEqual({ to: "Ada", tone: "kind" });
    for await (const event of run) expectTypeOf(event).toEqualTypeOf<RunEvent>();
    expectTypeOf(run.text()).toEqualTypeOf<AsyncIterableIterator<string, undefined>>();
  });

  test("does not compile with what it does not take", async () => {
    const program = await load("test/types/letters.tantra");
    // @ts-expect-error: `to` is a text
    await expect(program.run("post", { to: 1 })).rejects.toMatchObject({ code: "T621" });
    // @ts-expect-error: `to` is missing
    await expect(program.run("post")).rejects.toMatchObject({ code: "T621" });
    // @ts-expect-error: there is no such parameter
    await expect(program.run("post", { to: "Ada", tmies: 2 })).rejects.toMatchObject({ code: "T621" });
    // @ts-expect-error: there is no such workflow
    await expect(program.run("pots", { to: "Ada" })).rejects.toMatchObject({ code: "T621" });
    // @ts-expect-error: there is no such profile
    await expect(program.run("post", { to: "Ada" }, { profile: "rael" })).rejects.toMatchObject({ code: "T621" });
    // @ts-expect-error: the tool gives texts
    await expect(program.run("post", { to: "Ada" }, { tools: { look_up: () => [1] } })).rejects.toMatchObject({ class: "tool_error" });
    // @ts-expect-error: there is no such provider
    await expect(program.run("post", { to: "Ada" }, { providers: { lmm: undefined, mll: {} } })).rejects.toMatchObject({ code: "T621" });
  });

  test("tools of the host are given what the declaration says", async () => {
    const program = await load("test/types/letters.tantra");
    const { value } = await program.run(
      "post",
      { to: "Ada", times: 2 },
      {
        tools: {
          look_up: async ({ name }, { runId }) => {
            expectTypeOf(name).toEqualTypeOf<string>();
            return [name, runId];
          },
        },
      },
    );
    expect(value.to).toBe("Ada");
  });

  test("may be said for a program that comes from elsewhere", async () => {
    const program = await compile<Types>(read(file));
    const run = program.run("post", { to: "Ada" });
    expectTypeOf(run).toEqualTypeOf<Run<Letter>>();
    await run.cancel();
  });
});

test("a path that is known only when it runs is any program's", async () => {
  const path: string = file;
  expectTypeOf(await load(path)).toEqualTypeOf<Program<AnyProgram>>();
  expectTypeOf(await load("test/types/letters.tantra")).toEqualTypeOf<Program<Types>>();
});

test("a program without types takes any names, and gives what JSON.parse would", async () => {
  const program = await compile("workflow add(a: int, b: int) { a + b }");
  const { value } = await program.run("add", { a: 1, b: 2 });
  expectTypeOf(value).toBeAny();
  expectTypeOf(program.run).parameter(1).toEqualTypeOf<{ readonly [key: string]: Json } | undefined>();
  expect(value + 1).toBe(4);
});
