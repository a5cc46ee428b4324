import { posix } from "node:path";
import { describe, expect, test } from "vitest";
import { isIn, type UnitName, units } from "../../src/cli/vendor/units.ts";
import { projectFiles, read } from "./files.ts";
import { imports, packageName } from "./imports.ts";

const sources = projectFiles("src").map((path) => path.slice("src/".length));
const manifest = JSON.parse(read("package.json")) as Readonly<Record<"dependencies" | "peerDependencies", Readonly<Record<string, string>>>>;

const importsOf = (path: string) => (path.endsWith(".ts") ? imports(read(`src/${path}`)) : []);

describe.each(Object.keys(units) as UnitName[])("the unit %s", (name) => {
  const unit = units[name];
  const files = sources.filter((path) => isIn(unit, path));

  test("imports nothing outside of itself", () => {
    const outside = files.flatMap((path) =>
      importsOf(path)
        .filter(({ specifier }) => specifier.startsWith("."))
        .map(({ specifier }) => posix.join(posix.dirname(path), specifier))
        .filter((target) => !files.includes(target))
        .map((target) => `${path} imports ${target}`),
    );
    expect(outside).toEqual([]);
  });

  test("imports the packages that it lists, and no others", () => {
    const packages = files.flatMap(importsOf).flatMap(({ specifier }) => (/^(\.|node:)/.test(specifier) ? [] : [packageName(specifier)]));
    expect([...new Set(packages)].sort()).toEqual([...unit.packages].sort());
    for (const each of unit.packages) expect(manifest.dependencies[each] ?? manifest.peerDependencies[each], each).toMatch(/^[\^\d]/);
  });

  test("has its door, the reading guide, and something at each of its paths", () => {
    expect(files).toEqual(expect.arrayContaining([unit.door, "README.md"]));
    for (const path of unit.paths) expect(files.filter((file) => path === "" || file === path || file.startsWith(`${path}/`)).length, path).toBeGreaterThan(0);
  });

  test("is read in an afternoon, in the order of files that are there", () => {
    const guide = read("src/README.md");
    const [, row = ""] = new RegExp(`^\\| \\*\\*${name}\\*\\*[^|]*\\|([^|]*)\\|`, "m").exec(guide) ?? [];
    const named = [...row.matchAll(/`([^`]+\.ts)`/g)].map((match) => match[1] ?? "");
    expect(named.length).toBeGreaterThan(4);
    expect(named.filter((path) => !files.includes(path))).toEqual([]);
    expect(named.flatMap((path) => read(`src/${path}`).split("\n")).length).toBeLessThan(2500);
  });
});

test.each(["runtime", "core"] as const)("the unit %s imports nothing of Node", (name) => {
  const files = sources.filter((path) => isIn(units[name], path));
  expect(files.flatMap((path) => importsOf(path).flatMap(({ specifier }) => (specifier.startsWith("node:") ? [`${path}: ${specifier}`] : [])))).toEqual([]);
});

test("each unit holds the one before it", () => {
  expect(sources.filter((path) => isIn(units.runtime, path) && !isIn(units.core, path))).toEqual([]);
  expect(sources.filter((path) => !isIn(units.all, path))).toEqual([]);
});

test("VENDORING.md lists the units as they are", () => {
  const page = read("VENDORING.md");
  for (const { door, packages } of Object.values(units)) {
    expect(page).toContain(`\`${door}\``);
    for (const name of packages) expect(page).toContain(`\`${name}\``);
  }
});
