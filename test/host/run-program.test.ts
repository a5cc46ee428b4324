import { describe, expect, it } from "vitest";
import { loadProgram, RunError, runProgram } from "../../src/index.ts";
import { folder } from "./folder.ts";

const head = 'provider llm = simulator\nmodel m = llm("gpt-5")\n';

describe("a program as a library", () => {
  it("is loaded and run, and gives its value, what it used and what it cost", async () => {
    const cwd = folder({ "main.tantra": `${head}agent greet(name: string) { model: m, prompt: "Greet \${name}" }` });
    const types: string[] = [];
    const result = await runProgram(await loadProgram("main.tantra", { cwd }), { input: { name: "Ada" }, env: {}, onEvent: ({ type }) => types.push(type) });
    expect(result).toMatchObject({ value: "[greet] Greet Ada", cost: { simulated: true } });
    expect(result.usage.input).toBeGreaterThan(0);
    expect([types[0], types.at(-1)]).toEqual(["run.started", "run.finished"]);
  });

  it("with errors has no graph, and running it throws the first of them with its place", async () => {
    const cwd = folder({ "main.tantra": `${head}agent greet() { model: m, prompt: nme }` });
    const program = await loadProgram("main.tantra", { cwd });
    expect(program.graph).toBeUndefined();
    await expect(runProgram(program)).rejects.toMatchObject({ code: "T201", place: "main.tantra:3:35" });
  });

  it("says all that is missing in one error", async () => {
    const cwd = folder({
      "main.tantra": 'provider p = openai { api_key: env.A, organization: env.B }\nmodel m = p("gpt-5")\nagent x() { model: m, prompt: "x" }',
    });
    const error = await runProgram(await loadProgram("main.tantra", { cwd }), { env: {} }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RunError);
    expect(error).toMatchObject({ message: "The variable A is not set.", others: [{ message: "The variable B is not set." }] });
  });
});
