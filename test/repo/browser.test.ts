import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { builtinModules } from "node:module";
import { delimiter, join } from "node:path";
import { createContext, runInContext } from "node:vm";
import { type BuildOptions, build } from "esbuild";
import { describe, expect, onTestFinished, test } from "vitest";
import { folder } from "../host/folder.ts";
import { localServer } from "../support/local-server.ts";
import { type Behaviour, redirect, reply } from "../support/openai-server.ts";
import { blocksOf } from "./blocks.ts";
import { read, root } from "./files.ts";

/** What was built, found by the package's own name as others find it; the paths of tsconfig.json lead to the source. */
async function bundle(
  contents: string,
  options: BuildOptions = {},
): Promise<{ readonly code: string; readonly files: readonly string[]; readonly outside: readonly string[] }> {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: root, loader: "ts" },
    absWorkingDir: root,
    bundle: true,
    platform: "browser",
    format: "esm",
    write: false,
    metafile: true,
    logLevel: "silent",
    tsconfigRaw: {},
    ...options,
  });
  const [output] = Object.values(metafile?.outputs ?? {});
  return {
    code: outputFiles?.[0]?.text ?? "",
    files: Object.entries(output?.inputs ?? {}).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
    outside: [...new Set(output?.imports.flatMap(({ path, external }) => (external ? [path] : [])))].sort(),
  };
}

describe.each(["tantra/core", "tantra/runtime"])("%s", (door) => {
  test("bundles for a browser with all of its packages, and nothing of Node", async () => {
    const { files, outside } = await bundle(`export * from "${door}"`);
    expect(outside).toEqual([]);
    expect(files.filter((path) => path.startsWith("dist/")).length).toBeGreaterThan(100);
    expect(files.filter((path) => path.includes("node_modules/undici/"))).toEqual([]);
  });

  test("reaches no global of Node, and imports nothing of it", async () => {
    const globals = ["process", "Buffer", "global", "require", "module", "__dirname", "__filename", "setImmediate", "clearImmediate"];
    const define = Object.fromEntries(globals.flatMap((name) => [name, `globalThis.${name}`].map((read) => [read, `reached_${name}`])));
    const { code, outside } = await bundle(`export * from "./${door.replace("tantra", "dist")}.js"`, { packages: "external", define });
    expect(code.match(/\breached_\w+/g) ?? []).toEqual([]);
    expect(outside.filter((path) => path.startsWith("node:") || builtinModules.includes(path))).toEqual([]);
    expect((await bundle("export default () => process.exit()", { define })).code).toContain("reached_process");
  });
});

/** Runs code where it is told lines, and gives those it has printed when it has come to its end. */
type Place = (code: string, origin: string, printed: Promise<string>) => Promise<string>;

/** What a page has and Node has, too: without Node's own, as a browser's, a worker's or an edge runtime's globals are. */
const webGlobals = `AbortController AbortSignal Blob DOMException Event EventTarget FormData Headers ReadableStream Request Response TextDecoder
  TextDecoderStream TextEncoder TransformStream URL URLSearchParams atob btoa clearTimeout crypto fetch performance queueMicrotask setTimeout structuredClone`;

const realm: Place = async (code, origin, printed) => {
  const given = webGlobals.split(/\s+/).map((name) => [name, (globalThis as Record<string, unknown>)[name]] as const);
  // Packages tell by these whether they are in a page.
  const page = { location: new URL(origin), navigator: { userAgent: "Mozilla/5.0" }, document: {} };
  const context = createContext({ ...Object.fromEntries(given), ...page });
  await runInContext(`globalThis.window = globalThis; globalThis.console = { log() {}, warn() {}, error() {} };(async () => {${code}\n})()`, context);
  return printed;
};

const chromium = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
  .flatMap((name) => (process.env["PATH"] ?? "").split(delimiter).map((path) => join(path, name)))
  .find((path) => existsSync(path));

const page: Place = async (_code, origin, printed) => {
  const profile = folder({});
  const quiet = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
  const flags = ["--headless", "--no-sandbox", ...quiet, `--user-data-dir=${profile}`];
  const browser = spawn(chromium ?? "", [...flags, origin], { stdio: "ignore" });
  const gone = new Promise<string>((resolve, reject) => {
    browser.on("error", reject);
    browser.on("exit", () => resolve("The browser ended before the program."));
  });
  try {
    return await Promise.race([printed, gone]);
  } finally {
    browser.kill();
    await gone;
  }
};

/** A machine without Chromium runs the bundle in the bare realm alone. */
const places: readonly (readonly [string, Place])[] = [
  ["a realm that has only what a page has", realm],
  ...(chromium === undefined ? [] : [["Chromium", page] as const]),
];

test.each(places)("a program from text, an agent, and requests over fetch run in %s", async (_name, run) => {
  const example = blocksOf("docs/embedding.md").find(({ text }) => text.includes('"tantra/core"'));
  const { code } = await bundle(`
    const lines: string[] = [];
    console.log = (...line: unknown[]) => lines.push(line.join(" "));
    try {
      ${example?.text.replace(/^import .*$/m, "")}
      await import("./test/repo/programs/page.ts");
    } catch (error) {
      console.log(error);
    }
    await fetch(location.origin + "/printed", { method: "POST", body: lines.join("\\n") });
    ${/^import .*$/m.exec(example?.text ?? "")?.[0]}
  `);
  const { promise: printed, resolve } = Promise.withResolvers<string>();
  const file =
    (type: string, text: string): Behaviour =>
    (_request, response) =>
      response.writeHead(200, { "content-type": type }).end(text);
  const server = await localServer((request) => {
    if (request.path === "/printed") resolve(request.text);
    if (request.path.startsWith("/v1/")) return reply("Over the wire.");
    if (request.path.startsWith("/elsewhere/")) return redirect("/v1/chat/completions");
    return request.path === "/bundle.js" ? file("text/javascript", code) : file("text/html", '<script type="module" src="/bundle.js"></script>');
  });
  onTestFinished(() => server.close());

  expect(`${await run(code, server.origin, printed)}\n`).toBe(`${example?.prints}Over the wire. 10\nOver the wire. 10\nconnection\n7 true\ninvalid_output\n`);
  expect(server.requests.filter(({ path }) => path.startsWith("/v1/"))).toHaveLength(2);
});

describe("a bundle", () => {
  const doors = (JSON.parse(read("package.json")) as { exports: Record<string, { default?: string }> }).exports;
  const built = Object.values(doors).flatMap((door) => door.default ?? []);

  test("has only what is used: a template brings nothing that runs agents", async () => {
    const { files } = await bundle(`import { template } from "${doors["."]?.default}"; console.log(template)`, { packages: "external" });
    expect(files).toContain("dist/embed/template.js");
    expect(files.filter((path) => /^dist\/(agent|interpreter|providers)\//.test(path))).toEqual([]);
  });

  test.each(built)("that imports %s and uses nothing of it is empty", async (file) => {
    expect((await bundle(`import "${file}"`, { packages: "external", platform: "node" })).code).toBe("");
  });
});
