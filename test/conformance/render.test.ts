import { existsSync, globSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { renderDiagnostics } from "../../src/diagnostics/render.ts";
import { textWidth } from "../../src/diagnostics/text-width.ts";
import { kinds } from "../../src/host/kinds.ts";
import { check } from "../../src/validation/check.ts";
import type { CheckedProgram, ReadResult } from "../../src/validation/checked.ts";

/** Each program is checked, and all that is wrong with it is printed 80 columns wide without colour: that is its golden. */
const folder = join(import.meta.dirname, "render");
const programs = globSync("*.tantra", { cwd: folder }).sort();
const width = 80;

function readFile(path: string): ReadResult {
  const file = join(folder, path);
  if (!existsSync(file)) return { ok: false, why: "missing" };
  if (statSync(file).isDirectory()) return { ok: false, why: "folder" };
  return { ok: true, text: readFileSync(file, "utf8") };
}

function rendered(checked: CheckedProgram, width: number): string {
  const source = (path: string) => checked.files.find((file) => file.path === path)?.source;
  return `${renderDiagnostics(checked.diagnostics, { source, width })}\n`;
}

/** The golden beside the program; with UPDATE=1 it is rewritten, and a missing one is written unless CI is set. */
function golden(program: string, text: string): string {
  const file = join(folder, `${basename(program, ".tantra")}.txt`);
  const missing = !existsSync(file) && process.env["CI"] === undefined;
  if (process.env["UPDATE"] === "1" || missing) writeFileSync(file, text);
  return readFileSync(file, "utf8");
}

describe("what is wrong with a program", () => {
  it("is shown by a case for each way in which a line can be hard to show", () => {
    expect(programs.length).toBeGreaterThan(6);
  });

  for (const program of programs) {
    const checked = check(program, { kinds, readFile });

    it(`is printed as beside it: ${program}`, () => {
      const text = rendered(checked, width);
      expect(text).toBe(golden(program, text));
    });

    it.each([40, 80, 200])(`keeps to a terminal of %i columns: ${program}`, (columns) => {
      const lines = rendered(checked, columns).split("\n");
      // A word that is longer than the terminal stays whole.
      const tooWide = lines.filter((line) => textWidth(line) > columns && line.trim().includes(" "));
      expect(tooWide).toEqual([]);
    });
  }
});
