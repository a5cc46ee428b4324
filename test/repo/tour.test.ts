import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, test } from "vitest";
import { print } from "../../src/formatter/print.ts";
import { folder } from "../host/folder.ts";
import { read as readProgram } from "../syntax/reading.ts";
import { blocks, type Command, commandsOf, written } from "./blocks.ts";
import { read, root } from "./files.ts";

const page = "docs/tour.md";

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
      const inside = blocks(section);
      const files = inside.filter(({ language }) => language !== "console").map(({ name, text }) => [name ?? "", text] as const);
      return { title: section.slice(0, section.indexOf("\n")), files: Object.fromEntries(files), commands: inside.flatMap(commandsOf) };
    });
}

const sections = sectionsOf(read(page));
/** What the page would say if it were written now, section by section. */
const now: string[][] = [];

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

describe.each(sections.map((section, index) => ({ ...section, index })))("$title", ({ files, commands, index }) => {
  const programs = Object.entries(files).filter(([name]) => name.endsWith(".tantra"));

  test("its programs stand as the formatter writes them", () => {
    for (const [name, text] of programs) {
      const bare = text.replaceAll(/^ *\/\/(?![/!]).*\n/gm, "");
      expect(print(readProgram(bare)), name).toBe(bare);
    }
  });

  test("what it shows is what comes out", async () => {
    expect(commands.length, "a section shows what comes of it").toBeGreaterThan(0);
    const cwd = project(files);
    const printed: string[] = [];
    for (const { line } of commands) {
      const { code, shown } = await typed(cwd, line);
      printed.push(shown);
      expect({ line, failed: code !== 0, shown }).toEqual({ line, failed: /^error T\d+|^ *✗/m.test(shown), shown });
    }
    now[index] = printed;
    if (process.env["UPDATE"]) return;
    expect(commands.map(({ line }, n) => ({ line, shown: printed[n] }))).toEqual(commands.map(({ line, shown }) => ({ line, shown })));
  });
});

test("UPDATE=1 writes what comes out", () => {
  if (process.env["UPDATE"]) writeFileSync(root + page, written(read(page), now.flat()));
  expect(sectionsOf(written(read(page), now.flat()))).toEqual(sectionsOf(read(page)));
});
