import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeCopy } from "../../src/cli/vendor/copy.ts";
import { sha256 } from "../../src/host/hash.ts";
import { folder } from "../host/folder.ts";
import { read, root } from "../repo/files.ts";
import { tantra } from "./tantra.ts";

interface Origin {
  tantra: string;
  unit: string;
  files: Record<string, string>;
}

/** A copy in `lib/tantra`, and its files. */
async function copied(unit = "runtime") {
  const cwd = folder({ "package.json": "{}" });
  const ran = await tantra(["vendor", "lib/tantra", "--unit", unit], { cwd });
  expect(ran, ran.stderr).toMatchObject({ code: 0, stderr: "" });
  const path = (file: string) => join(cwd, "lib/tantra", file);
  const text = (file: string) => readFileSync(path(file), "utf8");
  const write = (file: string, content: string) => {
    mkdirSync(dirname(path(file)), { recursive: true });
    writeFileSync(path(file), content);
  };
  const origin = () => JSON.parse(text("VERSION")) as Origin;
  return { cwd, stdout: ran.stdout, path, text, write, origin, run: (...args: readonly string[]) => tantra(["vendor", ...args], { cwd }) };
}

type Copied = Awaited<ReturnType<typeof copied>>;

/** As if the copy had been made of an older version, in which these files were different, not there (undefined), or still there. */
function age({ origin, write, path }: Copied, old: Readonly<Record<string, string | undefined>>): void {
  const from = origin();
  from.tantra = "0.0.9";
  for (const [file, text] of Object.entries(old)) {
    if (text === undefined) {
      delete from.files[file];
      rmSync(path(file), { force: true });
    } else {
      from.files[file] = sha256(text);
      write(file, text);
    }
  }
  write("VERSION", JSON.stringify(from));
}

describe("tantra vendor DIR", () => {
  it("copies the files as they are, and says what to install and to import", async () => {
    const { stdout, text, origin } = await copied("core");
    expect(text("agent/loop.ts")).toBe(read("src/agent/loop.ts"));
    expect(text("README.md")).toBe(read("src/README.md"));
    expect(text("LICENSE")).toBe(read("LICENSE"));
    const { files, ...rest } = origin();
    expect(rest).toEqual({ tantra: "0.1.0", unit: "core" });
    expect(Object.keys(files)).not.toContain("cli/main.ts");
    expect(files["agent/loop.ts"]).toBe(sha256(read("src/agent/loop.ts")));
    const { dependencies } = JSON.parse(read("package.json")) as { dependencies: Record<string, string> };
    const manifest = JSON.parse(text("package.json")) as Record<string, unknown>;
    expect(manifest).toMatchObject({ type: "module", dependencies: { ajv: dependencies["ajv"], chevrotain: dependencies["chevrotain"] } });
    expect(stdout).toContain(`Copied Tantra 0.1.0 (core) to lib/tantra: ${Object.keys(files).length} files.`);
    expect(stdout).toContain(`\n  npm i @pydantic/genai-prices@${dependencies["@pydantic/genai-prices"]} "ajv@${dependencies["ajv"]}" "chevrotain@`);
    expect(stdout).toContain("Import lib/tantra/core.ts.");
    expect(stdout).toContain("npm pkg set type=module");
  });

  it("copies everything where no unit is named, into a folder that is empty, and names what vendors need apart", async () => {
    const cwd = folder({ "package.json": '{ "type": "module" }' });
    mkdirSync(join(cwd, "t"));
    const ran = await tantra(["vendor", "t/"], { cwd });
    expect(ran.stdout).toContain("Copied Tantra 0.1.0 (all) to t:");
    expect(ran.stdout).not.toContain("npm pkg set type=module");
    expect(ran.stdout).toMatch(/\n {2}npm i "@anthropic-ai\/sdk@/);
    expect(existsSync(join(cwd, "t/cli/tantra.ts"))).toBe(true);
    const { peerDependenciesMeta } = JSON.parse(readFileSync(join(cwd, "t/package.json"), "utf8")) as { peerDependenciesMeta: Record<string, unknown> };
    expect(peerDependenciesMeta["ollama"]).toEqual({ optional: true });
  });

  it("has nothing to do where nothing differs, and refuses to touch a copy that does", async () => {
    const copy = await copied();
    expect(await copy.run("lib/tantra")).toEqual({ code: 0, stdout: "lib/tantra is Tantra 0.1.0 (runtime) already.\n", stderr: "" });
    copy.write("agent/loop.ts", "// mine\n");
    const again = await copy.run("lib/tantra");
    expect(again.code).toBe(2);
    expect(again.stderr).toContain("lib/tantra is a copy of Tantra 0.1.0 (runtime) already: you changed 1 (agent/loop.ts), upstream changed 0.");
    expect(again.stderr).toContain("tantra vendor --diff lib/tantra");
    expect(copy.text("agent/loop.ts")).toBe("// mine\n");
  });

  it.each([
    ["no folder", ["vendor"], "A copy goes into one folder."],
    ["two folders", ["vendor", "a", "b"], "A copy goes into one folder."],
    ["an unknown unit", ["vendor", "a", "--unit", "cor"], 'There is no unit "cor".\n\nDid you mean "core"?'],
    ["a unit like nothing", ["vendor", "a", "--unit", "toString"], "There is runtime, core, all."],
    ["an unknown flag", ["vendor", "a", "--dif"], "Did you mean --diff?"],
    ["both flags", ["vendor", "a", "--diff", "--update"], "one of them at a time"],
    ["a folder with other things", ["vendor", "full"], 'The folder full holds other things, such as "x.txt".'],
    ["a file", ["vendor", "full/x.txt"], "full/x.txt is a file."],
    ["a file in the way", ["vendor", "full/x.txt/a"], "what should be its folder is a file"],
    ["node_modules", ["vendor", "node_modules/a"], "node_modules/a lies in node_modules, where Node runs no TypeScript."],
    ["the package", ["vendor", join(root, "lib")], "lies in Tantra's own package."],
    ["the package behind a link", ["vendor", "link/lib"], "link/lib lies in Tantra's own package."],
    ["a diff with what is not there", ["vendor", "--diff", "gone"], "There is no folder gone."],
    ["a diff with what is no copy", ["vendor", "--diff", "full"], "full is no copy of Tantra"],
    ["a VERSION that leads out", ["vendor", "--diff", "evil"], "evil is no copy of Tantra"],
    ["an update of what is no copy", ["vendor", "full", "--update"], "full is no copy of Tantra"],
  ])("refuses %s with exit code 2, and writes nothing", async (_what, args, message) => {
    const cwd = folder({ "full/x.txt": "x", "evil/VERSION": JSON.stringify({ tantra: "0.1.0", unit: "core", files: { "../full/x.txt": sha256("x") } }) });
    symlinkSync(root, join(cwd, "link"));
    const ran = await tantra(args, { cwd });
    expect(ran).toMatchObject({ code: 2, stdout: "" });
    expect(ran.stderr).toContain(message);
    expect(readdirSync(cwd).sort()).toEqual(["evil", "full", "link"]);
    expect(existsSync(join(root, "lib"))).toBe(false);
  });

  it("leaves nothing behind of a copy that cannot be written to its end", () => {
    const cwd = folder({ "empty/.keep": "" });
    rmSync(join(cwd, "empty/.keep"));
    const upstream = {
      version: "0.1.0",
      unit: "core" as const,
      files: new Map(Object.entries({ a: "x", "a/b": "y" })),
      packages: { needed: {}, optional: {} },
    };
    expect(() => writeCopy(join(cwd, "new"), "new", upstream)).toThrow("new cannot be written: what should be its folder is a file.");
    expect(() => writeCopy(join(cwd, "empty"), "empty", upstream)).toThrow("empty cannot be written");
    expect([readdirSync(cwd), readdirSync(join(cwd, "empty"))]).toEqual([["empty"], []]);
  });
});

describe("tantra vendor --diff DIR", () => {
  it("says that no file differs, also where a checkout has changed the ends of lines", async () => {
    const copy = await copied();
    copy.write("agent/loop.ts", copy.text("agent/loop.ts").replaceAll("\n", "\r\n"));
    expect((await copy.run("--diff", "lib/tantra")).stdout).toBe("lib/tantra is Tantra 0.1.0 (runtime); upstream is 0.1.0. No file differs.\n");
  });

  it("tells yours from upstream's, with the lines of whatever you changed", async () => {
    const copy = await copied();
    const loop = copy.text("agent/loop.ts");
    age(copy, {
      "agent/abort.ts": "// old\n",
      "agent/old.ts": "// gone\n",
      "agent/words.ts": undefined,
      "agent/usage.ts": "// old\n",
      "agent/scope.ts": "// old\n",
    });
    copy.write("agent/loop.ts", loop.replace("export async function runAgent", "// Mine.\nexport async function runAgent"));
    copy.write("agent/usage.ts", "// old and mine\n");
    copy.write("mine.ts", "");
    rmSync(copy.path("agent/limiter.ts"));
    rmSync(copy.path("agent/scope.ts"));
    const { code, stdout } = await copy.run("--diff", "lib/tantra");
    expect(code).toBe(0);
    const [head, diffs] = [stdout.slice(0, stdout.indexOf("--- ")), stdout.slice(stdout.indexOf("--- "))];
    expect(head).toBe(`lib/tantra is Tantra 0.0.9 (runtime); upstream is 0.1.0.

Upstream changed, and you did not:
  agent/abort.ts
  agent/old.ts (removed)
  agent/words.ts (new)

You changed, and upstream did not:
  agent/limiter.ts (removed)
  agent/loop.ts

Both changed:
  agent/scope.ts (you removed it)
  agent/usage.ts

Yours alone:
  mine.ts

`);
    expect(diffs.split("\n").filter((line) => line.startsWith("---"))).toEqual(["--- upstream/agent/loop.ts", "--- upstream/agent/usage.ts"]);
    expect(diffs.split("\n\n")[0]).toContain("\n  */\n+// Mine.\n export async function runAgent");
    expect(diffs).toContain("\n+// old and mine\n");
    expect(diffs).toContain("tantra vendor lib/tantra --update takes over what you left alone");
  });
});

describe("tantra vendor DIR --update", () => {
  it("takes over what was left alone, keeps and names the rest, and is then of the new version", async () => {
    const copy = await copied();
    age(copy, { "agent/abort.ts": "// old\n", "deep/er/old.ts": "// gone\n", "agent/words.ts": undefined, "agent/usage.ts": "// old\n" });
    copy.write("agent/loop.ts", "// mine\n");
    copy.write("agent/usage.ts", "// old and mine\n");
    copy.write("mine.ts", "// mine\n");
    rmSync(copy.path("agent/limiter.ts"));
    const { code, stdout } = await copy.run("lib/tantra", "--update");
    expect(code).toBe(0);
    expect(stdout).toContain("lib/tantra was Tantra 0.0.9 (runtime) and is 0.1.0 (runtime): 2 files written, 1 removed, 3 kept as you have them.");
    expect(stdout).toContain("Both changed:\n  agent/usage.ts\n");
    for (const file of ["agent/abort.ts", "agent/words.ts"]) expect(copy.text(file)).toBe(read(`src/${file}`));
    expect([copy.text("agent/loop.ts"), copy.text("agent/usage.ts"), copy.text("mine.ts")]).toEqual(["// mine\n", "// old and mine\n", "// mine\n"]);
    expect(["deep", "agent/limiter.ts"].map((path) => existsSync(copy.path(path)))).toEqual([false, false]);
    const after = await copy.run("--diff", "lib/tantra");
    expect(after.stdout).toContain("You changed, and upstream did not:\n  agent/limiter.ts (removed)\n  agent/loop.ts\n  agent/usage.ts\n");
    expect(after.stdout).not.toContain("Both changed");
  });

  it("makes another unit of a copy, and says what to install then", async () => {
    const copy = await copied("runtime");
    const { stdout } = await copy.run("lib/tantra", "--update", "--unit", "core");
    expect(stdout).toMatch(/and is 0\.1\.0 \(core\): \d+ files written, 0 removed, 0 kept[\s\S]*npm i .*chevrotain/);
    expect(copy.text("syntax/parse.ts")).toBe(read("src/syntax/parse.ts"));
    expect((await copy.run("lib/tantra", "--update", "--unit", "runtime")).code).toBe(0);
    expect(existsSync(copy.path("syntax"))).toBe(false);
    expect((await copy.run("lib/tantra")).stdout).toBe("lib/tantra is Tantra 0.1.0 (runtime) already.\n");
  });
});
