import { execFile, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, posix } from "node:path";
import { promisify } from "node:util";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { read, root } from "./files.ts";
import { definitionOf } from "./language-server.ts";
import { type Installed, installed } from "./packed.ts";

const programs = ["consumer.ts", "imports.ts", "double.ts", "browser.ts"];
const manifest = JSON.parse(read("package.json")) as {
  readonly engines: { readonly node: string };
  readonly exports: Record<string, { readonly types?: string }>;
};
const doors = Object.entries(manifest.exports).flatMap(([door, { types }]) => (types === undefined ? [] : [posix.join("tantra", door)]));

let made: Installed;
beforeAll(() => {
  made = installed(programs);
});
afterAll(() => rmSync(made.project, { recursive: true, force: true }));

const inside = (path: string) => readFileSync(join(made.project, "node_modules/tantra", path), "utf8");

describe("what others see", () => {
  test("publint has nothing to say", async () => {
    const { messages, pkg } = await publint({ pack: { tarball: new Uint8Array(readFileSync(made.tarball)).buffer }, strict: true });
    // `imports` in its place gives the file a name (`#…`) that is found beside this package.json alone, and the source is copied, too.
    const meant = ["USE_EXPORTS_OR_IMPORTS_BROWSER"];
    expect(messages.filter(({ code }) => !meant.includes(code)).map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
  });

  test("the types are not wrong", async () => {
    const analysis = await checkPackage(createPackageFromTarballData(new Uint8Array(readFileSync(made.tarball))));
    if (analysis.types === false) throw new Error("The package has no types.");
    const meant = [
      // All of it is ES modules: `require` gives them as they are from the oldest Node that the package runs on.
      "CJSResolvesToESM node16-cjs",
      // The way of Node 10 to find a module knows no `exports`.
      "NoResolution node10",
    ];
    const said = analysis.problems.map((problem) => `${problem.kind} ${"resolutionKind" in problem ? problem.resolutionKind : ""}`);
    expect(said.filter((one) => !meant.includes(one))).toEqual([]);
    expect(Object.keys(analysis.entrypoints).sort()).toEqual(Object.keys(manifest.exports).sort());
  });

  test("every map leads to a source that is there", () => {
    const maps = [...made.files].filter((path) => path.endsWith(".map"));
    const lost = maps.flatMap((path) => {
      const { sources } = JSON.parse(inside(path)) as { readonly sources: readonly string[] };
      return sources.map((source) => posix.join(posix.dirname(path), source)).filter((source) => !made.files.has(source));
    });
    expect(lost).toEqual([]);
    const code = [...made.files].filter((path) => /^dist\/.*\.(js|d\.ts)$/.test(path));
    expect(code.length).toBeGreaterThan(1000);
    expect(code.filter((path) => !maps.includes(`${path}.map`))).toEqual([]);
  });

  test.each([
    ["load", "src/host/program.ts"],
    ["tantra`", "src/host/tag.ts"],
  ])("an editor goes from `%s` to the TypeScript that defines it", async (name, path) => {
    configure({ types: ["node"] }, "consumer.ts");
    const definition = await definitionOf(name, join(made.project, "consumer.ts"));
    expect(definition.path).toBe(join(made.project, "node_modules/tantra", path));
    expect(definition.line).toMatch(new RegExp(`^export .*\\b${name.replace("`", "")}\\b`));
  });

  test("no page leads out of the package", () => {
    const pages = [...made.files].filter((path) => path.endsWith(".md"));
    const links = pages.flatMap((page) =>
      [...inside(page).matchAll(/\]\((?![a-z]+:|#)([^)\s#]+)(?:#[^)\s]*)?\)/g)].map(([, to = ""]) => [page, posix.join(posix.dirname(page), to)] as const),
    );
    expect(links.length).toBeGreaterThan(20);
    expect(links.filter(([, to]) => !existsSync(join(made.project, "node_modules/tantra", to)))).toEqual([]);
  });
});

/** A project's settings as strict as they get: the declarations of packages are checked, too. */
function configure(options: object, ...files: readonly string[]): void {
  const strict = { strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, skipLibCheck: false, isolatedModules: true };
  const compilerOptions = {
    target: "es2024",
    lib: ["es2024"],
    module: "nodenext",
    noEmit: true,
    ...strict,
    typeRoots: [join(root, "node_modules/@types")],
    ...options,
  };
  writeFileSync(join(made.project, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
}

describe("a program of others compiles, with the package's own declarations checked", () => {
  test.each([
    ["on Node", { types: ["node"] }, ["consumer.ts", "double.ts", "imports.ts"]],
    ["for a bundler", { types: ["node"], module: "esnext", moduleResolution: "bundler" }, ["consumer.ts", "double.ts"]],
    ["for a browser, without the types of Node", { types: [], lib: ["es2024", "dom"] }, ["browser.ts"]],
  ])("%s", (_where, options, files) => {
    configure(options, ...files);
    const { stdout } = spawnSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", made.project], { encoding: "utf8" });
    expect(stdout).toBe("");
  });
});

/** Bun is a package for each platform, of which npm brings the one that fits: none where there is none. */
const bun = [join(root, "node_modules/@oven")].flatMap((folder) =>
  existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name, "bin/bun")) : [],
);
const runtimes = [
  ["Node 22", join(root, "node_modules/node22/bin/node")],
  ["Node 24", join(root, "node_modules/node/bin/node")],
  ["Node 26", join(root, "node_modules/node26/bin/node")],
  ...bun.slice(0, 1).map((path) => ["Bun", path] as const),
] as const;

describe.each(runtimes)("under %s", (name, runtime) => {
  const run = (...words: readonly string[]) =>
    promisify(execFile)(runtime, words, { cwd: made.project, env: { PATH: process.env["PATH"], HOME: made.project } });

  test("it is that runtime", async () => {
    const { stdout } = await run("-p", "process.versions.bun ? 'Bun' : 'Node ' + process.versions.node");
    expect(stdout.trim()).toMatch(name === "Node 22" ? `Node ${manifest.engines.node.replace(">=", "")}` : name);
  });

  test("programs, agents and small programs run, and require gives the same", async () => {
    const { stdout } = await run("consumer.ts");
    expect(stdout).toBe("The tides rise and fall.\nHello there, and a very warm welcome! true\nAda and Grace\ntrue true\n");
  });

  test("importing it changes nothing around it", async () => {
    expect((await run("imports.ts", ...doors)).stdout).toBe(`${doors.map((door) => `${door} true`).join(" ")}\n[]\n`);
  });

  test("the command line runs a program with a tool in TypeScript", async () => {
    writeFileSync(join(made.project, "main.tantra"), 'tool double(n: int) -> int from "./double.ts"\nworkflow main(n: int) { double(n: n) }\n');
    const { stdout } = await run("node_modules/.bin/tantra-run", "main.tantra", "--n", "21");
    expect(stdout).toBe("42\n");
  });

  test("a run is gone on with", async () => {
    const file = join(made.project, "halting.tantra");
    writeFileSync(file, 'workflow main() { fail "not yet" }\n');
    await expect(run("node_modules/.bin/tantra", "run", "halting.tantra", "--quiet")).rejects.toMatchObject({ code: 1 });
    writeFileSync(file, 'workflow main() { "done" }\n');
    expect(await run("node_modules/.bin/tantra", "resume", "last", "--quiet")).toEqual({ stdout: "done\n", stderr: "" });
  });
});
