import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, test } from "vitest";
import { print } from "../../src/formatter/print.ts";
import { folder } from "../host/folder.ts";
import { read as readProgram } from "../syntax/reading.ts";
import { type Command, commandsOf, fences, written } from "./fences.ts";
import { projectFiles, read, root } from "./files.ts";

/** What the pages that show commands would show if they were written now, section by section. */
const now = new Map<string, string[][]>();

interface Section {
  readonly title: string;
  readonly files: Readonly<Record<string, string>>;
  readonly commands: readonly Command[];
}

/** What stands under one heading is a project of its own: its files, and commands that are typed in it. */
function sectionsOf(text: string): Section[] {
  return text
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const inside = fences(section);
      const files = inside.flatMap(({ name, text }) => (name === undefined ? [] : [[name, text] as const]));
      return { title: section.slice(0, section.indexOf("\n")), files: Object.fromEntries(files), commands: inside.flatMap(commandsOf) };
    });
}

const pages = ["README.md", ...projectFiles("docs", ".md")].filter((page) => fences(read(page)).some(({ language }) => language === "console"));
const sections = pages.flatMap((page) => sectionsOf(read(page)).flatMap((section) => (section.commands.length === 0 ? [] : [{ page, ...section }])));

/** A project as a user has one who cloned the repository or installed the package, with `npx` that looks no further. */
function project(files: Readonly<Record<string, string>>): string {
  const cwd = folder({ "package.json": '{ "type": "module" }', ...files });
  mkdirSync(join(cwd, "node_modules"));
  symlinkSync(root, join(cwd, "node_modules/tantra"));
  symlinkSync(join(root, "examples"), join(cwd, "examples"));
  const npx = join(cwd, "node_modules/npx");
  writeFileSync(npx, `#!/bin/sh\nname=$1\nshift\nexec "${process.execPath}" "${root}dist/cli/$name.js" "$@"\n`);
  chmodSync(npx, 0o755);
  return cwd;
}

/** What a reader sees: all that a command prints, but for the progress and the account of a run that went well. */
function typed(cwd: string, command: string): Promise<{ readonly code: number | null; readonly shown: string }> {
  const { OPENAI_API_KEY: _key, OPENAI_BASE_URL: _url, ...env } = process.env;
  const path = [join(cwd, "node_modules"), process.env["PATH"]].join(delimiter);
  const child = spawn("sh", ["-c", command], { cwd, env: { ...env, PATH: path, NO_COLOR: "1" }, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let all = "";
  child.stdout.on("data", (data) => {
    stdout += data;
    all += data;
  });
  child.stderr.on("data", (data) => {
    all += data;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, shown: code === 0 ? stdout : all }));
  });
}

describe.each(sections)("$page: $title", ({ page, files, commands }) => {
  const programs = Object.entries(files).filter(([name]) => name.endsWith(".tantra"));

  test("its programs stand as the formatter writes them", () => {
    for (const [name, text] of programs) {
      const bare = text.replaceAll(/^ *\/\/(?![/!]).*\n/gm, "");
      expect(print(readProgram(bare)), name).toBe(bare);
    }
  });

  test("what it shows is what comes out", async () => {
    const cwd = project(files);
    const printed: string[] = [];
    for (const { line } of commands) {
      const { code, shown } = await typed(cwd, line);
      printed.push(shown);
      expect({ line, failed: code !== 0, shown }).toEqual({ line, failed: /^error T\d+|^ *✗/m.test(shown), shown });
    }
    now.set(page, [...(now.get(page) ?? []), printed]);
    if (process.env["UPDATE"]) return;
    expect(commands.map(({ line }, n) => ({ line, shown: printed[n] }))).toEqual(commands.map(({ line, shown }) => ({ line, shown })));
  });
});

test("every section of the tour shows what comes of its programs", () => {
  expect(sectionsOf(read("docs/tour.md")).filter(({ files, commands }) => Object.keys(files).length > 0 && commands.length === 0)).toEqual([]);
});

test("UPDATE=1 writes what comes out", () => {
  for (const page of pages) {
    const shown = now.get(page) ?? [];
    // A page of which some sections were left out (`vitest -t`) is not known whole.
    if (shown.length < sections.filter((section) => section.page === page).length) continue;
    const fresh = written(read(page), shown.flat());
    if (process.env["UPDATE"]) writeFileSync(root + page, fresh);
    expect(read(page)).toBe(fresh);
  }
});

/** How many lines a text takes on a screen. */
function lines(text: string, columns: number): number {
  return text
    .trimEnd()
    .split("\n")
    .reduce((sum, line) => sum + Math.max(1, Math.ceil([...line].length / columns)), 0);
}

test("each of the three ways of use stands on one screen of the README, and they come first", () => {
  const ways = read("README.md")
    .split(/^(?=## )/m)
    .slice(1, 4);
  expect(ways.map((way) => way.slice(0, way.indexOf("\n")))).toEqual(["## Write a program and run it", "## From TypeScript", "## Copy the source"]);
  for (const way of ways) expect(lines(way, 100), way).toBeLessThanOrEqual(45);
});
