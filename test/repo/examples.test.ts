import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folder } from "../host/folder.ts";
import { projectFiles, read, root } from "./files.ts";

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line as a process of its own, with no key in its environment. */
function tantra(...args: string[]): Promise<Ran> {
  const { OPENAI_API_KEY: _key, OPENAI_BASE_URL: _url, ...env } = process.env;
  const child = spawn(process.execPath, ["src/cli/tantra.ts", ...args], { cwd: root, env: { ...env, NO_COLOR: "1" }, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (data) => (stdout += data));
  child.stderr.on("data", (data) => (stderr += data));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

const programs = projectFiles("examples", ".tantra").filter((path) => !path.includes("/shared/"));

test.each(programs)("%s runs offline, and its result is no placeholder", async (path) => {
  const ran = await tantra("run", path);
  expect(ran.stderr).not.toMatch(/\n\s+at .*:\d+:\d+\)?\n/);
  expect(ran.stderr, "what the script lacks is no part of the show").not.toContain("no entry for");
  expect({ code: ran.code, stderr: ran.code === 0 ? "" : ran.stderr }).toEqual({ code: 0, stderr: "" });
  expect(ran.stdout.trim().length).toBeGreaterThan(20);
  expect(ran.stdout).not.toMatch(/\[[a-z_]+\] /);
});

test("every example checks without an error or a warning", async () => {
  const ran = await tantra("check", "examples", "--json");
  expect(ran.code, ran.stdout + ran.stderr).toBe(0);
  expect(JSON.parse(ran.stdout)).toEqual([]);
});

test("the flagship's output is a cited brief and an honest account", async () => {
  const ran = await tantra("run", "examples/research.tantra");
  const brief = JSON.parse(ran.stdout) as { title: string; findings: { source: string }[] };
  expect(brief.title).toBe("How tides shape coastal life");
  expect(brief.findings.length).toBeGreaterThan(3);
  for (const { source } of brief.findings) expect(read(`examples/${source}`).length).toBeGreaterThan(100);
  expect(ran.stderr).toMatch(/researcher/);
  expect(ran.stderr).toMatch(/\$0\.\d+/);
  expect(ran.stderr).toMatch(/^Simulated: nobody was charged/m);
});

test("every program shown in a document checks without an error or a warning", async () => {
  const { check } = await import("../../src/validation/check.ts");
  const { kinds } = await import("../../src/providers/kinds.ts");
  for (const page of [...projectFiles("README.md"), ...projectFiles("docs", ".md")]) {
    for (const [, program] of read(page).matchAll(/^```tantra\n([\s\S]*?)^```/gm)) {
      const readFile = (path: string) =>
        path === "main.tantra"
          ? { ok: true as const, text: program ?? "" }
          : path.endsWith(".jsonl")
            ? { ok: true as const, text: "" }
            : { ok: false as const, why: "missing" as const };
      expect(check("main.tantra", { kinds, readFile }).diagnostics, page).toEqual([]);
    }
  }
});

test("every tantra command that README shows works as it is written", async () => {
  const commands = [...read("README.md").matchAll(/^```sh\n([\s\S]*?)^```/gm)]
    .flatMap((block) => (block[1] ?? "").split("\n"))
    .filter((line) => line.startsWith("npx tantra"));
  expect(commands.length).toBeGreaterThan(5);
  for (const command of commands.filter((line) => !line.includes("--profile openai"))) {
    const words = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? "");
    const args = words[1] === "tantra-run" ? ["run", ...words.slice(2)] : words.slice(2);
    const ran = await tantra(...args);
    expect(ran.code, `${command}\n${ran.stderr}`).toBe(0);
  }
}, 120_000);

test("the tests of the examples pass, and every agent of those that have tests is reached", async () => {
  const ran = await tantra("test", "examples", "--reporter", "json");
  expect(ran.code, ran.stdout + ran.stderr).toBe(0);
  const { tests, failed, unreached } = JSON.parse(ran.stdout) as { tests: { file: string }[]; failed: number; unreached: unknown[] };
  expect({ failed, unreached }).toEqual({ failed: 0, unreached: [] });
  const tested = new Set(tests.map(({ file }) => file));
  for (const name of ["hello", "research", "triage", "extract"]) expect(tested).toContain(`examples/${name}.tantra`);
});

test("the tests that docs/tests.md shows pass, and reach all of their program", async () => {
  const [, program = ""] = /^```tantra\n([\s\S]*?)^```/m.exec(read("docs/tests.md")) ?? [];
  const ran = await tantra("test", join(folder({ "package.json": "{}", "main.tantra": program }), "main.tantra"));
  expect(ran.code, ran.stdout + ran.stderr).toBe(0);
  expect(ran.stdout).toContain("3 passed, 0 failed");
  expect(ran.stdout).not.toContain("No test reached");
});
