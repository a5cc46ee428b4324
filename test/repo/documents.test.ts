import { spawn, spawnSync } from "node:child_process";
import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folder } from "../host/folder.ts";
import { type Block, blocksOf } from "./blocks.ts";
import { read, root } from "./files.ts";

/** A project as a user has one: the package under `node_modules`, as it is built. */
function project(blocks: readonly Block[]): string {
  const settings = {
    compilerOptions: {
      target: "es2024",
      lib: ["es2024"],
      module: "nodenext",
      strict: true,
      noEmit: true,
      allowImportingTsExtensions: true,
      types: ["node"],
      typeRoots: [join(root, "node_modules/@types")],
    },
    include: ["*.ts"],
  };
  const cwd = folder({ "package.json": '{ "type": "module" }', "tsconfig.json": JSON.stringify(settings), "node_modules/.keep": "" });
  symlinkSync(root, join(cwd, "node_modules/tantra"));
  symlinkSync(join(root, "examples"), join(cwd, "examples"));
  if (blocks.some(({ text }) => text.includes("./lib/tantra/"))) {
    const copied = spawnSync(process.execPath, [join(root, "dist/cli/tantra.js"), "vendor", "lib/tantra", "--unit", "core"], { cwd, encoding: "utf8" });
    if (copied.status !== 0) throw new Error(copied.stderr);
  }
  // What the copy imports.
  const scopes = Object.keys(JSON.parse(read("package.json")).dependencies).map((name) => name.split("/")[0] ?? "");
  for (const name of new Set(scopes)) symlinkSync(join(root, "node_modules", name), join(cwd, "node_modules", name));
  for (const { name, text } of blocks) writeFileSync(join(cwd, name), text.endsWith("\n") && /^(import|export) /m.test(text) ? text : `${text}\nexport {};\n`);
  return cwd;
}

function node(cwd: string, ...args: readonly string[]): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  const { OPENAI_API_KEY: _key, ...env } = process.env;
  const child = spawn(process.execPath, args, { cwd, env: { ...env, NO_COLOR: "1" }, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (data) => {
    stdout += data;
  });
  child.stderr.on("data", (data) => {
    stderr += data;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

describe.each(["README.md", "docs/embedding.md", "docs/events.md"])("the TypeScript in %s", (page) => {
  const blocks = blocksOf(page);

  test("compiles", () => {
    const cwd = project(blocks);
    const { stdout } = spawnSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", "."], { cwd, encoding: "utf8" });
    expect(stdout).toBe("");
  });

  test.each(blocks)("runs, and prints what it says: $name", async ({ name, prints }) => {
    const ran = await node(project(blocks), name);
    expect(ran, ran.stderr).toMatchObject({ code: 0 });
    if (prints !== undefined) expect(ran.stdout.trimEnd()).toBe(prints.trimEnd());
  });
});

test("a coordinator with two agents as tools, that streams, forks, hooks and prints its cost, takes 30 lines; in the language it is shorter", async () => {
  const [ts, tantra] = ["examples/coordinator.ts", "examples/coordinator.tantra"].map((path) => read(path).trimEnd().split("\n").length);
  expect(ts).toBeLessThanOrEqual(30);
  expect(tantra).toBeLessThan(ts ?? 0);
  for (const word of ["asTool", ".stream(", ".fork()", "hooks:", "cost.usd"]) expect(read("examples/coordinator.ts")).toContain(word);
  const ran = await node(root, "examples/coordinator.ts");
  expect(ran.stderr).toBe(
    "historian: Ships could come in by night, so harbours grew; the first lamps were lit for trade, not for safety.\ncritic: It lacks those who lost by it: the wreckers.\n",
  );
  expect(ran.stdout).toMatch(/^Lighthouses let ships come in by night\..*\nLighthouses turned landing places into towns\.\n\$0\.0\d+\n$/);
  // The same texts for the same money.
  const told = await node(root, "dist/cli/tantra-run.js", "examples/coordinator.tantra", "--json");
  const { value, cost } = JSON.parse(told.stdout) as { readonly value: string; readonly cost: { readonly usd: number } };
  expect(`${value}\n$${cost.usd.toFixed(6)}\n`).toBe(ran.stdout);
  expect(told.stderr).toContain("historian: done");
});
