import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folder } from "../host/folder.ts";
import { root } from "../repo/files.ts";
import { tantra } from "./tantra.ts";

const program = `provider llm = simulator
model m = llm("x")
agent writer(topic: string) { model: m, prompt: topic }
workflow research(topic: string) { writer(topic) }
`;
const settings = {
  extends: join(root, "tsconfig.json"),
  compilerOptions: { paths: { tantra: [join(root, "src/index.ts")] }, typeRoots: [join(root, "node_modules/@types")], allowImportingTsExtensions: true },
  include: ["*.ts", join(root, "src/net/*.d.ts")],
};

/** What tsc says of a project whose only own file is this. */
function compiled(cwd: string, use: string): string {
  writeFileSync(join(cwd, "use.ts"), `import { load } from "tantra";\nconst program = await load("research.tantra");\n${use}\n`);
  const { stdout, error } = spawnSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", "."], { cwd, encoding: "utf8" });
  if (error !== undefined) throw error;
  return stdout;
}

describe("tantra types FILE", () => {
  test("writes FILE.d.ts, with which a wrong call does not compile", async () => {
    const cwd = folder({ "research.tantra": program, "package.json": '{ "type": "module" }', "tsconfig.json": JSON.stringify(settings) });
    const call = 'await program.run("research", { topic: 1 });';
    expect(compiled(cwd, call), "without types nothing is said").toBe("");
    const ran = await tantra(["types", "research.tantra"], { cwd });
    expect(ran).toEqual({ code: 0, stdout: "", stderr: "Wrote research.tantra.d.ts.\n" });
    expect(compiled(cwd, call)).toMatch(/^use\.ts\(3,\d+\): error TS2322: Type 'number' is not assignable to type 'string'\./);
    expect(compiled(cwd, 'const { value } = await program.run("research", { topic: "x" });\nconst text: string = value;\nconsole.log(text);')).toBe("");
  });

  test("of a program with mistakes it writes nothing and says them", async () => {
    const cwd = folder({ "research.tantra": "workflow w() { nme }" });
    const ran = await tantra(["types", "research.tantra"], { cwd });
    expect(ran.code).toBe(3);
    expect(ran.stderr).toContain("T201");
    expect(() => readFileSync(join(cwd, "research.tantra.d.ts"))).toThrow();
    expect((await tantra(["types"], { cwd })).code).toBe(2);
  });

  test("--watch writes it again when a file of the program changes, also after mistakes", async () => {
    const cwd = folder({
      "main.tantra": 'import { part } from "./parts/part.tantra"\nworkflow w() { part() }',
      "parts/part.tantra": "workflow part() { 1 }",
      "package.json": "{}",
    });
    const types = join(cwd, "main.tantra.d.ts");
    const change = (file: string, text: string) => writeFileSync(join(cwd, file), text);
    const value = (type: string) => existsSync(types) && readFileSync(types, "utf8").includes(`value: ${type};`);
    const steps: { readonly reached: (said: string) => boolean; readonly then: () => void }[] = [
      { reached: () => value("number"), then: () => change("main.tantra", "workflow w( { 1 }") },
      { reached: (said) => /error T1/.test(said), then: () => change("main.tantra", 'import { part } from "./parts/part.tantra"\nworkflow w() { [part()] }') },
      { reached: () => value("readonly number[]"), then: () => change("parts/part.tantra", 'workflow part() { "text" }') },
      { reached: () => value('readonly "text"[]'), then: () => undefined },
    ];
    const ran = await tantra(["types", "main.tantra", "--watch"], {
      cwd,
      onError(stderr, child) {
        if (!steps[0]?.reached(stderr)) return;
        steps.shift()?.then();
        if (steps.length === 0) child.kill();
      },
    });
    expect(steps).toEqual([]);
    expect(ran.stderr).toContain("Wrote main.tantra.d.ts.");
  });
});
