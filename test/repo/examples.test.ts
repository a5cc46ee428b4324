import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { TestReport } from "../../src/cli/test/test-report.ts";
import { folder } from "../host/folder.ts";
import { fences } from "./fences.ts";
import { projectFiles, read, root } from "./files.ts";

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line as a process of its own, with no key in its environment. */
function tantra(...args: string[]): Promise<Ran> {
  return tantraIn(root, args);
}

function tantraIn(cwd: string, args: readonly string[]): Promise<Ran> {
  const { OPENAI_API_KEY: _key, OPENAI_BASE_URL: _url, ...env } = process.env;
  const child = spawn(process.execPath, [join(root, "src/cli/tantra.ts"), ...args], { cwd, env: { ...env, NO_COLOR: "1" }, stdio: ["ignore", "pipe", "pipe"] });
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

/** They wait for a person. */
const asking = ["examples/publish.tantra"];

test.each(asking)("%s does what needs nobody, and is answered later", async (path) => {
  const ran = await tantra("run", path, "--no-journal");
  expect(ran.code).toBe(4);
  expect(ran.stderr).toContain("waiting: the run waits for an answer.");
});

test.each(programs.filter((path) => !asking.includes(path)))("%s runs offline, and its result is no placeholder", async (path) => {
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

/** What a page types in its blocks of `sh`; notes behind a command are none of it. */
function commandsOf(page: string): string[] {
  return fences(read(page))
    .filter(({ language }) => language === "sh")
    .flatMap(({ text }) => text.split(/\n| && /))
    .map((line) => line.replace(/ +# .*$/, ""))
    .filter((line) => line.startsWith("npx tantra"));
}

function argumentsOf(command: string): string[] {
  const words = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? "");
  return words[1] === "tantra-run" ? ["run", ...words.slice(2)] : words.slice(2);
}

test.each(["README.md", "docs/conversations.md", "docs/mcp.md"])(
  "every tantra command that %s shows works as it is written",
  async (page) => {
    // A model of a vendor is not asked; a copy of the source goes into another project.
    const commands = commandsOf(page).filter((line) => !line.includes("--profile openai") && !line.startsWith("npx tantra vendor"));
    expect(commands).not.toEqual([]);
    for (const command of commands) {
      const words = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? "");
      const args = words[1] === "tantra-run" ? ["run", ...words.slice(2)] : words.slice(2);
      const ran = await tantra(...args);
      expect(ran.code, `${command}\n${ran.stderr}`).toBe(0);
    }
  },
  120_000,
);

test("every example has tests, they pass, and they reach all of its declarations and branches", async () => {
  const ran = await tantra("test", "examples", "--reporter", "json");
  expect(ran.code, ran.stdout + ran.stderr).toBe(0);
  const { tests, failed, unreached, branches } = JSON.parse(ran.stdout) as TestReport;
  expect({ failed, unreached }).toEqual({ failed: 0, unreached: [] });
  expect(branches?.flatMap((file) => file.unreached)).toEqual([]);
  const tested = new Set(tests.map(({ file }) => file));
  for (const program of programs) expect(tested).toContain(program);
});

test("the tests that docs/tests.md shows pass, and reach all of their program; one that fails reads as it shows", async () => {
  const page = read("docs/tests.md");
  const [, program = ""] = /^```tantra\n([\s\S]*?)^```/m.exec(page) ?? [];
  const cwd = folder({ "package.json": "{}", "main.tantra": program });
  const ran = await tantraIn(cwd, ["test", "main.tantra"]);
  expect(ran.code, ran.stdout + ran.stderr).toBe(0);
  expect(ran.stdout).toContain("3 passed, 0 failed\n\nBranches reached: 3 of 3\n");
  expect(ran.stdout).not.toContain("No test reached");
  for (const command of commandsOf("docs/tests.md").filter((line) => !line.endsWith(" examples"))) {
    const { code, stdout, stderr } = await tantraIn(cwd, argumentsOf(command));
    expect(code, `${command}\n${stdout}${stderr}`).toBe(0);
    expect(stdout, command).toContain("an angle that fails is left out");
  }
  const [, shown = ""] = /^```text\n([\s\S]*?)^```/m.exec(page) ?? [];
  const failing = program.replace("found[0].source == null", 'found[0].source == "almanac"');
  const failed = await tantra("test", join(folder({ "package.json": "{}", "main.tantra": failing }), "main.tantra"));
  expect(failed.stdout).toContain(shown);
});
