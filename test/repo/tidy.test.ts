import { expect, test } from "vitest";
import { version } from "../../src/host/version.ts";
import { projectFiles, read } from "./files.ts";

const code = [...projectFiles("src", ".ts"), ...projectFiles("test", ".ts"), ...projectFiles("bench", ".ts"), ...projectFiles("examples", ".ts")];

test("no file is longer than 500 lines", () => {
  const long = code.filter((path) => !path.includes(".generated.")).map((path) => ({ path, lines: read(path).split("\n").length - 1 }));
  expect(long.filter(({ lines }) => lines > 500)).toEqual([]);
});

test("nothing is left open", () => {
  const marks = new RegExp(["TO" + "DO", "FIX" + "ME", "X" + "XX", String.raw`\b(it|test|describe)\.(skip|only|todo)\(`].join("|"));
  const open = [...code, ...projectFiles("examples", ".tantra")].flatMap((path) =>
    read(path)
      .split("\n")
      .flatMap((line, index) => (marks.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
  );
  expect(open).toEqual([]);
});

test("the lock file records no download address", () => {
  expect(read("package-lock.json")).not.toContain('"resolved": "http');
});

test("every folder of src is explained in src/README.md", () => {
  const folders = new Set(projectFiles("src", ".ts").flatMap((path) => (path.split("/").length > 2 ? [path.split("/")[1] ?? ""] : [])));
  const guide = read("src/README.md");
  for (const folder of folders) expect(guide, folder).toContain(`\`${folder}/\``);
});

test("the version stands in src as it does in package.json", () => {
  expect(version).toBe((JSON.parse(read("package.json")) as { version: string }).version);
});
