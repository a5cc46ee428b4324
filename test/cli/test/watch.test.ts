import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { folder } from "../../host/folder.ts";
import { type Watching, watching } from "./watching.ts";

const head = `provider llm = simulator
model small = llm("gpt-5-mini")
`;
const main = (expected: string): string => `${head}import { part } from "./parts/part.tantra"
tool look() -> string from "./look.ts"
agent greet(name: string) { model: small, prompt: "Greet \${name}" }
workflow main() -> string { greet(part()) }
test "greets" {
  fake greet -> "Hello"
  expect main() == "Hello" && contains(prompt(greet), "${expected}")
}
test "looks" { expect look() == "seen" }
`;
const files = {
  "package.json": '{ "type": "module" }',
  "main.tantra": main("Bo"),
  "parts/part.tantra": 'workflow part() { "Bo" }\n',
  "look.ts": 'import { seen } from "./seen.ts";\nexport const look = () => seen;\n',
  "seen.ts": 'export const seen = "seen";\n',
  "other.tantra": `${head}agent other() { model: small, prompt: "x" }\ntest "other" { expect calls(other) == 0 }\n`,
};
const idle = "Ctrl-C ends it.";

let open: Watching[] = [];
afterEach(() => {
  for (const { child } of open) child.kill("SIGKILL");
  open = [];
});

function watched(keys = false): Watching & { readonly cwd: string; change(file: string, text: string): void } {
  const cwd = folder(files);
  const started = watching(["."], { cwd, keys });
  open.push(started);
  return { ...started, cwd, change: (file, text) => writeFileSync(join(cwd, file), text) };
}

describe("tantra test --watch", () => {
  it("runs all, and then the tests of what a change touches: a program, what it imports, what its tools' modules import", async () => {
    const { says, change } = watched();
    expect(await says(idle)).toContain("3 passed, 0 failed");
    change("main.tantra", main("Cy"));
    expect(await says("Changed: main.tantra", idle)).toMatch(/✗ greets[\s\S]*1 passed, 1 failed/);
    change("parts/part.tantra", 'workflow part() { "Cy" }\n');
    const said = await says("Changed: parts/part.tantra", idle);
    expect(said).toContain("2 passed, 0 failed");
    expect(said).not.toContain("other");
    change("seen.ts", 'export const seen = "gone";\n');
    expect(await says("Changed: seen.ts", idle)).toMatch(/✗ looks[\s\S]*left: "gone"/);
    change("other.tantra", files["other.tantra"].replace('"other" {', '"another" {'));
    expect(await says("Changed: other.tantra", idle)).toMatch(/^\nChanged: other.tantra\n\nother.tantra\n {2}✓ another\n\n1 passed, 0 failed/);
  });

  it("shows what does not compile and goes on, with all that was left undone", async () => {
    const { says, change } = watched();
    await says(idle);
    change("parts/part.tantra", "workflow part( { 1 }");
    expect(await says(idle)).toContain("error T104");
    change("other.tantra", `${files["other.tantra"]}\n`);
    expect(await says("Changed: other.tantra", idle)).toContain("error T104");
    change("parts/part.tantra", files["parts/part.tantra"]);
    expect(await says("Changed: parts/part.tantra", idle)).toContain("3 passed, 0 failed");
  });

  it("sees a file that is replaced, one that is missing and comes, and a new program", async () => {
    const { says, change, cwd } = watched();
    await says(idle);
    change("new.tmp", main("Di"));
    renameSync(join(cwd, "new.tmp"), join(cwd, "main.tantra"));
    expect(await says("Changed: main.tantra", idle)).toContain("1 failed");
    rmSync(join(cwd, "parts"), { recursive: true });
    expect(await says("Changed: parts", idle)).toContain('There is no file "./parts/part.tantra".');
    change("main.tantra", main("Bo").replace("./parts/part.tantra", "./part.tantra"));
    expect(await says("Changed: main.tantra", idle)).toContain('There is no file "./part.tantra".');
    change("part.tantra", files["parts/part.tantra"]);
    expect(await says("Changed: part.tantra", idle)).toContain("2 passed, 0 failed");
    change("newer.tantra", files["other.tantra"]);
    expect(await says("Changed: newer.tantra", idle)).toMatch(/newer.tantra\n {2}✓ other\n\n1 passed/);
  });

  it("takes many changes at once for one", async () => {
    const { says, change } = watched();
    await says(idle);
    for (let i = 0; i < 50; i++) change("main.tantra", `${files["main.tantra"]}${"\n".repeat(i)}`);
    change("other.tantra", `${files["other.tantra"]}\n`);
    const said = await says("Changed:", idle);
    expect(said).toContain("3 passed, 0 failed");
    expect(said.match(/passed/g)).toHaveLength(1);
  });

  it("ends a run when a file changes meanwhile, and does what that had to do, too", async () => {
    const { says, change } = watched();
    await says(idle);
    // It never lets go: only the end of its process ends it.
    change("look.ts", 'import { writeSync } from "node:fs";\nexport const look = () => { writeSync(2, "stuck\\n"); for (;;); };\n');
    await says("Changed: look.ts", "stuck");
    change("look.ts", files["look.ts"]);
    expect(await says("Once more", idle)).toContain("2 passed, 0 failed");
  });

  it("ends with 130 at Ctrl-C, and leaves no process behind", async () => {
    const { says, change, child, over } = watched();
    await says(idle);
    change(
      "look.ts",
      'import { writeSync } from "node:fs";\nexport const look = () => { writeSync(2, `pid ${process.pid}.`); return new Promise(() => undefined); };\n',
    );
    const said = await says("pid ", ".");
    child.kill("SIGINT");
    expect(await over).toBe(130);
    const pid = Number(/pid (\d+)/.exec(said)?.[1]);
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  });

  it("is over at once where there is nothing to watch", async () => {
    const { over } = watching(["gone.tantra"], { cwd: folder(files) });
    expect(await over).toBe(2);
  });

  it("with a keyboard: Enter and a run all, f those that failed, q quits with what is known", async () => {
    const { says, change, press, over } = watched(true);
    const prompt = "q: quit.";
    expect(await says(prompt)).toContain("Watching 6 files. Enter or a: all tests, q: quit.");
    press("f");
    await says("No test has failed.");
    change("main.tantra", main("Cy"));
    expect(await says("Changed: main.tantra", prompt)).toContain("f: the 1 that failed, q: quit.");
    press("f");
    expect(await says("Those that have failed.", prompt)).toMatch(/✗ greets[\s\S]*0 passed, 1 failed/);
    press("a");
    expect(await says("All tests.", prompt)).toContain("2 passed, 1 failed");
    press("\r");
    expect(await says("All tests.", prompt)).toContain("2 passed, 1 failed");
    press("q");
    expect(await over).toBe(1);
  });
});
