import { describe, expect, test } from "vitest";
import { tantra } from "../../src/host/tag.ts";
import { RunError } from "../../src/index.ts";

describe("tantra`…`", () => {
  test("is a program, whose own ${…} is written with a backslash", async () => {
    const program = await tantra`
      provider llm = simulator
      model m = llm("gpt-5")
      agent greet(name: string) { model: m, prompt: "Greet \${name}" }
    `;
    expect(program.diagnostics).toEqual([]);
    expect((await program.run("greet", { name: "Ada" })).value).toBe("[greet] Greet Ada");
  });

  test.each([
    ["a text", 'He said "no \\ ${never} $5" \n\t\u0007\u2028é🙂'],
    ["numbers", [0, -1.5, 12345678901234567890123n.toString().length, 1e21, 1e-7]],
    ["a record", { "a b": [true, null], list: [], odd: "`x`" }],
  ])("takes %s of TypeScript as a literal, whatever is in it", async (_what, value) => {
    const program = await tantra`workflow give() { json(as(${JSON.stringify(value)}, json)) }
      workflow same() -> json { let x: json = ${value}
        return x }`;
    expect(program.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    expect((await program.run("same")).value).toEqual(value);
    expect(JSON.parse((await program.run("give")).value)).toEqual(JSON.stringify(value));
  });

  test("what is put in cannot become code", async () => {
    const program = await tantra`workflow w() { ${'" } workflow evil() { "'} }`;
    expect(Object.keys(program.workflows)).toEqual(["w"]);
    expect((await program.run("w")).value).toBe('" } workflow evil() { "');
  });

  test("mistakes are thrown, the first with the others under it", async () => {
    const failure = await tantra`workflow w() { nme }
      workflow v() { nmo }`.catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RunError);
    expect(failure).toMatchObject({ code: "T201", place: "tag.tantra:1:16", others: [{ code: "T201", place: "tag.tantra:2:22" }] });
  });

  test("what is no literal is said", async () => {
    await expect(tantra`workflow w() { ${(() => 1) as never} }`).rejects.toThrow("A function is no literal of the language.");
    await expect(tantra`workflow w() { ${Number.NaN} }`).rejects.toThrow("A NaN is no literal of the language.");
  });
});
