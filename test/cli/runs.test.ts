import { copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { textWidth } from "../../src/diagnostics/text-width.ts";
import { folder } from "../host/folder.ts";
import { doneIn, edit, linesOf, runIds, runsIn } from "./kept.ts";
import { type Ran, tantra } from "./tantra.ts";

const program = `provider llm = simulator { replies: "./replies.json" }
model small = llm("gpt-5")
model own = llm("nobody-knows-this")
tool look(word: string) -> string from "./look.js"
agent writer(topic: string) { model: small, tools: [look], prompt: "Write about \${topic}.", retry: none }
agent judge(text: string) { model: own, prompt: "Judge: \${text}", retry: none }
workflow main(topics: string[]) {
  let drafts = parallel for topic in topics { writer(topic) }
  judge(join(drafts, " "))
}
`;
const writer = [
  { when: { after_tool: "look" }, text: "A draft\nof two lines.", times: "always" },
  { tool_calls: [{ name: "look", arguments: { word: "tide" } }], times: "always" },
];
const good = { writer, judge: [{ text: "Good.", times: "always" }] };
const down = { writer, judge: [{ error: "overloaded", times: "always" }] };
const start = ["run", "main.tantra", "--quiet", "--topics", '["tides", "moon"]'];

interface Project {
  readonly cwd: string;
  readonly run: (...args: readonly string[]) => Promise<Ran>;
  readonly replies: (replies: object) => void;
  /** Runs it, and gives the id. */
  readonly kept: () => Promise<string>;
}

function project(replies: object = good): Project {
  const cwd = folder({
    "package.json": '{ "type": "module" }',
    "main.tantra": program,
    "replies.json": JSON.stringify(replies),
    "look.js": "export const look = ({ word }) => `seen: ${word}`;",
  });
  const run = (...args: readonly string[]): Promise<Ran> => tantra(args, { cwd });
  return {
    cwd,
    run,
    replies: (next) => writeFileSync(join(cwd, "replies.json"), JSON.stringify(next)),
    async kept() {
      const before = new Set(runIds(cwd));
      await run(...start);
      return runIds(cwd).find((id) => !before.has(id)) ?? "";
    },
  };
}

describe("tantra runs", () => {
  test("lists the newest first with state, time, cost, main and file, in a table and as JSON", async () => {
    const of = project();
    expect(await of.run("runs")).toEqual({ code: 0, stdout: "No run is kept in .tantra/runs.\n", stderr: "" });
    const first = await of.kept();
    of.replies(down);
    const second = await of.kept();
    const { code, stdout, stderr } = await of.run("runs");
    expect([code, stderr]).toEqual([0, ""]);
    const [head, ...rows] = stdout.trimEnd().split("\n");
    expect(head).toMatch(/^run +state +started +took +cost +main +file$/);
    expect(rows.map((row) => row.split(/ {2,}/))).toEqual([
      [
        second,
        "failed",
        expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
        expect.stringMatching(/s$/),
        expect.stringContaining("simulated"),
        "main",
        "main.tantra",
      ],
      [first, "finished", expect.any(String), expect.any(String), expect.stringContaining("+ 1 unpriced call simulated"), "main", "main.tantra"],
    ]);
    const json = JSON.parse((await of.run("runs", "--json")).stdout) as object[];
    expect(json).toMatchObject([
      { run: second, state: "failed", main: "main.tantra#main", program: "main.tantra", file: `.tantra/runs/${second}.jsonl`, error: { class: "overloaded" } },
      { run: first, state: "finished", cost: { unpriced: 1, simulated: true } },
    ]);
    const one = await of.run("runs", "--limit", "1");
    expect(one.stdout).not.toContain(first);
    expect(one.stderr).toBe("The newest 1 of 2: --all lists them all.\n");
  });

  test("lists a damaged file as such, with the place, beside the others", async () => {
    const of = project();
    const [damaged, foreign, sound] = [await of.kept(), await of.kept(), await of.kept()];
    edit(join(runsIn(of.cwd), `${damaged}.jsonl`), "A draft", "No draft");
    writeFileSync(join(runsIn(of.cwd), `${foreign}.jsonl`), "{}\n");
    const { code, stdout, stderr } = await of.run("runs");
    expect(code).toBe(0);
    for (const id of [damaged, foreign]) expect(stdout).toMatch(new RegExp(`${id} +damaged\n`));
    expect(stdout).toMatch(new RegExp(`${sound} +finished`));
    expect(stderr).toMatch(new RegExp(`\\.tantra/runs/${damaged}\\.jsonl:\\d+:1: This line is not as Tantra wrote it`));
    expect(stderr).toContain(`.tantra/runs/${foreign}.jsonl:1:1: This is no file of a run.`);
    expect(JSON.parse((await of.run("runs", "--json")).stdout)).toMatchObject([{ run: sound }, {}, {}]);
  });

  test("says of a large file how it ended, without its lines having been read", async () => {
    const of = project({ ...good, writer: [{ text: "word ".repeat(200_000), times: "always" }] });
    const id = await of.kept();
    const path = join(runsIn(of.cwd), `${id}.jsonl`);
    const row = (await of.run("runs")).stdout.trimEnd().split("\n").at(-1);
    expect(row).toMatch(/finished/);
    // A copy whose end is gone is known by what it spent.
    const text = readFileSync(path, "utf8");
    writeFileSync(path, text.slice(0, text.lastIndexOf('"type":"run.finished"')));
    const cut = (await of.run("runs")).stdout.trimEnd().split("\n").at(-1) ?? "";
    expect(cut).toMatch(/stopped/);
    expect(cut.split(/ {2,}/)[4]).toBe(row?.split(/ {2,}/)[4]);
  });

  test.each([
    [["runs", "list"], 'tantra runs has no "list".'],
    [["runs", "--limit", "some"], "--limit some is no number of runs."],
    [["runs", "--yes"], "tantra runs takes no --yes."],
    [["runs", "show"], "One run is shown at a time."],
    [["runs", "show", "last", "--all"], "tantra runs show takes no --all."],
    [["runs", "show", "last"], "No run is kept in .tantra/runs."],
    [["runs", "rm"], "Which runs are to be removed is not said."],
    [["runs", "rm", "--older-than", "old"], "--older-than old is no age."],
    [["rerun"], "What to begin again is one run."],
    [["rerun", "last"], "From which step on is not said."],
  ])("%j: %s", async (args, message) => {
    const ran = await project().run(...args);
    expect(ran).toMatchObject({ code: 2, stdout: "" });
    expect(ran.stderr).toContain(message);
  });
});

describe("tantra runs show", () => {
  test("tells what happened: processes, steps with their ends and costs, replies, calls, the account, the error, how to go on", async () => {
    const of = project(down);
    const id = await of.kept();
    await of.run("resume", id, "--quiet");
    const { code, stdout, stderr } = await of.run("runs", "show", "last");
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(new RegExp(`^${id}: failed\nmain of main.tantra\nprocess 1: .*, failed after .*\nprocess 2: .*, failed after .*\ninput: `));
    expect(stdout).toContain('input: {"topics":["tides","moon"]}');
    expect(stdout).toMatch(/✓ main\/drafts\[0\]\/writer {2}.*\n {4}turn\[0\] {2}gpt-5: calls look .*tide.* \(process 1\)\n✓ .*turn\[0\]\/call\[0\]\/look/);
    expect(stdout).toContain('    with {"word":"tide"} (process 1)\n    gave seen: tide (process 1)\n');
    expect(stdout).toContain("turn[1]  gpt-5: A draft of two lines. (process 1)");
    expect(stdout).toMatch(/✗ main\/judge {2}failed.*\n(?: {4}.*failed: .*\(process 1\)\n) {4}.*failed: .*\(process 2\)\n/);
    expect(stdout).toContain("of it failed attempts");
    expect(stdout).toContain("error T603: provider overloaded");
    expect(stdout).toContain(`To go on with it: tantra resume ${id}\n`);
    const verbose = (await of.run("runs", "show", id, "--verbose")).stdout;
    expect(verbose).toContain("turn[1]  gpt-5: A draft\n    of two lines. (process 1)");
  });

  test("fits its lines into what it is given, and says all of it as JSON", async () => {
    const of = project();
    const id = await of.kept();
    const { stdout } = await of.run("runs", "show", id);
    for (const line of stdout.split("\n")) expect(textWidth(line)).toBeLessThanOrEqual(200);
    expect(stdout).toContain("value: Good.");
    expect(stdout).toContain(`tantra rerun ${id} --from STEP`);
    const shown = JSON.parse((await of.run("runs", "show", id, "--json")).stdout) as { readonly steps: readonly { readonly path: string }[] };
    expect(shown).toMatchObject({
      run: id,
      state: "finished",
      value: "Good.",
      error: null,
      waiting: null,
      processes: [{ end: "run.finished" }],
      cost: { total: { calls: 5 } },
    });
    expect(shown.steps.map(({ path }) => path)).toEqual(
      expect.arrayContaining(["main", "main/drafts", "main/drafts[0]/writer", "main/drafts[1]/writer/turn[0]/call[0]/look", "main/judge"]),
    );
  });
});

describe("tantra runs rm", () => {
  test("removes what is named, what has finished and all, and asks for --yes where nobody can be asked", async () => {
    const of = project();
    const [one, two] = [await of.kept(), await of.kept()];
    of.replies(down);
    const bad = await of.kept();
    const asked = await of.run("runs", "rm", one);
    expect(asked).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("1 run would be removed, and nobody is there to be asked.") });
    expect(await of.run("runs", "rm", one, "--yes")).toEqual({ code: 0, stdout: "1 run removed.\n", stderr: "" });
    expect(await of.run("runs", "rm", "--older-than", "1h", "--yes")).toEqual({ code: 0, stdout: "There is nothing to remove.\n", stderr: "" });
    expect(await of.run("runs", "rm", "--finished", "--yes")).toEqual({ code: 0, stdout: "1 run removed.\n", stderr: "" });
    expect(runIds(of.cwd)).toEqual([bad]);
    copyFileSync(join(runsIn(of.cwd), `${bad}.jsonl`), join(runsIn(of.cwd), `${two}.jsonl`));
    expect((await of.run("runs", "rm", "--all", "--yes")).stdout).toBe("2 runs removed.\n");
    expect(readdirSync(runsIn(of.cwd))).toEqual([".gitignore"]);
    expect(await of.run("runs", "rm", "last", "--yes")).toMatchObject({ code: 2, stderr: expect.stringContaining("No run is kept") });
  });
});

describe("tantra rerun", () => {
  test("begins a new run that takes over all but a step and what is below it, and pays for nothing twice", async () => {
    const of = project();
    const first = await of.kept();
    const before = readFileSync(join(runsIn(of.cwd), `${first}.jsonl`), "utf8");
    of.replies({ ...good, judge: [{ text: "Better.", times: "always" }] });
    const ran = await of.run("rerun", "last", "--from", "main/judge");
    expect(ran).toMatchObject({ code: 0, stdout: "Better.\n" });
    expect(ran.stderr).toMatch(
      new RegExp(`^Beginning from ${first}, with 6 steps of it, which had cost .* there and cost nothing here. Done again: main/judge.\n`),
    );
    expect(ran.stderr).toMatch(/total +1 /);
    const [, second = ""] = runIds(of.cwd);
    expect(linesOf(of.cwd, second)[0]).toMatchObject({ from: first, run: second, seed: first });
    expect(doneIn(of.cwd, second, 1)).toEqual(["main/judge/turn[0]"]);
    expect(readFileSync(join(runsIn(of.cwd), `${first}.jsonl`), "utf8")).toBe(before);
    const { stdout } = await of.run("runs", "show", second);
    expect(stdout).toContain(`begun from ${first}, with 6 steps of it`);
    expect(stdout).toContain("turn[1]  gpt-5: A draft of two lines. (taken over)");
    expect(JSON.parse((await of.run("runs", "show", second, "--json")).stdout)).toMatchObject({ cost: { total: { calls: 1 } } });
  });

  test("keeps steps behind it that ask the same, and goes on like any run", async () => {
    const of = project(down);
    await of.kept();
    // The draft comes to the same, so that the judge would be asked the same; it had not answered.
    const ran = await of.run("rerun", "last", "--from", "main/drafts[1]");
    expect(ran.code).toBe(1);
    const [, second = ""] = runIds(of.cwd);
    expect(doneIn(of.cwd, second, 1).map((path) => path.slice(0, "main/drafts[1]".length))).toEqual([
      "main/drafts[1]",
      "main/drafts[1]",
      "main/drafts[1]",
      "main/judge/tur",
    ]);
    of.replies(good);
    expect(await of.run("resume", "last", "--quiet")).toEqual({ code: 0, stdout: "Good.\n", stderr: "" });
    expect(doneIn(of.cwd, second, 2)).toEqual(["main/judge/turn[0]"]);
    const third = await of.run("rerun", "last", "--from", "main/drafts[]/writer", "--quiet");
    expect(third.stdout).toBe("Good.\n");
    const paths = doneIn(of.cwd, runIds(of.cwd)[2] ?? "", 1);
    expect(paths.filter((path) => path.startsWith("main/drafts"))).toHaveLength(6);
    expect(paths.filter((path) => path.startsWith("main/judge"))).toEqual([]);
  });

  test("knows which step was meant", async () => {
    const of = project();
    const id = await of.kept();
    for (const [step, nearest] of [
      ["main/jugde", "main/judge"],
      ["judge", "main/judge"],
      ["main/drafts[7]/writer", "main/drafts[0]/writer"],
    ] as const) {
      const ran = await of.run("rerun", id, "--from", step);
      expect(ran).toMatchObject({ code: 2, stdout: "" });
      expect(ran.stderr).toContain(`The run ${id} had no step ${step}.`);
      expect(ran.stderr).toContain(`Did you mean ${nearest}?`);
    }
    expect((await of.run("rerun", id, "--from", "elsewhere")).stderr).toContain(`\`tantra runs show ${id}\` lists its steps.`);
    expect(runIds(of.cwd)).toEqual([id]);
  });
});
