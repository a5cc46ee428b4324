import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { type UnitName, units } from "../../src/cli/vendor/units.ts";
import { tantra } from "../cli/tantra.ts";
import { folder } from "../host/folder.ts";
import { read, root } from "./files.ts";

/** As strict as a project may be. */
const strictest = {
  target: "es2024",
  module: "nodenext",
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: true,
  noUncheckedSideEffectImports: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noFallthroughCasesInSwitch: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  allowUnreachableCode: false,
  allowUnusedLabels: false,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  erasableSyntaxOnly: true,
  forceConsistentCasingInFileNames: true,
  allowImportingTsExtensions: true,
  skipLibCheck: true,
  noEmit: true,
};

/** The programs of VENDORING.md, by the name in their first line, with what their last lines say that they print. */
const programs = new Map(
  [...read("VENDORING.md").matchAll(/^```ts\n\/\/ (\S+\.ts)\n([\s\S]*?)((?:^\/\/ .*\n)+)```/gm)].map(([, name = "", text = "", prints = ""]) => [
    name,
    { text, prints: prints.replaceAll(/^\/\/ /gm, "") },
  ]),
);

/** A project with a copy in `lib/tantra`, with the packages that its `package.json` names, and with no others. */
async function project(unit: UnitName, files: Readonly<Record<string, string>>): Promise<string> {
  const cwd = folder({ "package.json": '{ "type": "module" }', ...files });
  const ran = await tantra(["vendor", "lib/tantra", "--unit", unit], { cwd });
  expect(ran, ran.stderr).toMatchObject({ code: 0 });
  for (const name of units[unit].packages) link(name, cwd);
  return cwd;
}

function link(name: string, cwd: string): void {
  const target = join(cwd, "node_modules", name);
  mkdirSync(dirname(target), { recursive: true });
  symlinkSync(join(root, "node_modules", name), target);
}

/** What `tsc` has to say. */
function compiled(cwd: string, include: readonly string[], options: Readonly<Record<string, unknown>>): string {
  writeFileSync(join(cwd, "tsconfig.json"), JSON.stringify({ compilerOptions: { ...strictest, ...options }, include }));
  return spawnSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", "."], { cwd, encoding: "utf8" }).stdout;
}

function node(cwd: string, ...args: readonly string[]) {
  const { OPENAI_API_KEY: _key, NODE_OPTIONS: _options, FORCE_COLOR: _color, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: "utf8", env: { ...env, NO_COLOR: "1" } });
  return { status, stdout, stderr };
}

const inBrowser = { lib: ["es2024", "dom"], types: [] };
const onNode = { lib: ["es2024"], types: ["node"] };

test.each([
  ["runtime", "run-graph.ts"],
  ["core", "greet.ts"],
] as const)("a copy of %s compiles without the types of Node, and the page's program compiles with it and runs", async (unit, name) => {
  const program = programs.get(name);
  const cwd = await project(unit, {});
  expect(compiled(cwd, ["lib"], inBrowser)).toBe("");
  writeFileSync(join(cwd, name), program?.text ?? "");
  if (unit === "runtime") writeFileSync(join(cwd, "greet.json"), await greetGraph());
  link("@types/node", cwd);
  // Here the copy is what the program reaches, and not all that lies in the folder.
  expect(compiled(cwd, [name], onNode)).toBe("");
  expect(node(cwd, name)).toEqual({ status: 0, stdout: program?.prints, stderr: "" });
});

/** The text in the page's other program. */
function greetProgram(): string {
  const [, text = ""] = /const text = `\n([\s\S]*?)`;/.exec(programs.get("greet.ts")?.text ?? "") ?? [];
  return text.replaceAll("\\${", "${");
}

/** What `tantra compile greet.tantra` makes of it. */
async function greetGraph(): Promise<string> {
  return (await tantra(["compile", "greet.tantra"], { cwd: folder({ "greet.tantra": greetProgram() }) })).stdout;
}

test("a copy of all compiles, and its command line runs an example, says its version and makes no copies", async () => {
  const cwd = await project("all", {
    "greet.tantra": greetProgram(),
    "main.ts": 'import { load } from "./lib/tantra/index.ts";\nconsole.log(typeof (await load("examples/hello.tantra")).run);\n',
  });
  cpSync(join(root, "examples"), join(cwd, "examples"), { recursive: true });
  link("@types/node", cwd);
  expect(compiled(cwd, ["lib", "main.ts"], onNode)).toBe("");
  expect(node(cwd, "main.ts")).toEqual({ status: 0, stdout: "function\n", stderr: "" });
  const cli = "lib/tantra/cli/tantra.ts";
  expect(node(cwd, cli, "run", "examples/hello.tantra", "--name", "Ada", "--quiet")).toMatchObject({
    status: 0,
    stdout: "Hello there, and a very warm welcome!\n",
  });
  expect(node(cwd, cli, "run", "greet.tantra", "--name", "Ada", "--quiet")).toMatchObject({ status: 0, stdout: "[greeter] Greet Ada.\n" });
  expect(node(cwd, cli, "test", "examples/hello.tantra")).toMatchObject({ status: 0 });
  expect(node(cwd, cli, "--version").stdout).toBe("0.1.0\n");
  expect(node(cwd, cli, "vendor", "other")).toMatchObject({ status: 2, stderr: expect.stringContaining("This Tantra is a copy itself") });
});

test("a copy runs in a project whose own files are no modules", async () => {
  const cwd = await project("core", { "main.cjs": 'import("./lib/tantra/core.ts").then(({ parse }) => console.log(typeof parse));\n' });
  writeFileSync(join(cwd, "package.json"), '{ "type": "commonjs" }');
  expect(node(cwd, "main.cjs")).toEqual({ status: 0, stdout: "function\n", stderr: "" });
});
