import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folder } from "../host/folder.ts";
import { doneIn, edit, linesOf, runIds, runsIn } from "./kept.ts";
import { type How, type Ran, tantra } from "./tantra.ts";

const program = `provider llm = simulator { replies: "./replies.json" }
model small = llm("gpt-5")
agent writer(topic: string) { model: small, prompt: "Write about \${topic}.", retry: none }
agent judge(text: string) { model: small, prompt: "Judge: \${text}", retry: none }
workflow main(topics: string[]) {
  let drafts = parallel for topic in topics { writer(topic) }
  judge(join(drafts, " "))
}
`;
const good = { writer: [{ text: "A draft.", times: "always" }], judge: [{ text: "Good.", times: "always" }] };
const down = { ...good, judge: [{ error: "overloaded", times: "always" }] };
const topics = ["--topics", '["tides", "moon"]'];

interface Project {
  readonly cwd: string;
  readonly run: (args: readonly string[], how?: Partial<How>) => Promise<Ran>;
  /** The id of its newest run. */
  readonly id: () => string;
  readonly replies: (replies: object) => void;
  readonly change: (from: string | RegExp, to: string) => void;
}

function project(source = program, replies: object = down, files: Readonly<Record<string, string>> = {}): Project {
  const cwd = folder({ "package.json": '{ "type": "module" }', "main.tantra": source, "replies.json": JSON.stringify(replies), ...files });
  return {
    cwd,
    run: (args, how) => tantra(args, { cwd, ...how }),
    id: () => runIds(cwd).at(-1) ?? "",
    replies: (next) => writeFileSync(join(cwd, "replies.json"), JSON.stringify(next)),
    change: (from, to) => edit(join(cwd, "main.tantra"), from, to),
  };
}

/** A run whose judge has failed. */
async function failed(of = project()): Promise<Project> {
  expect((await of.run(["run", "main.tantra", ...topics])).code).toBe(1);
  return of;
}

/** A tool that says that it is at work, and stays so where it is told to. */
const slow = `import { appendFileSync, existsSync } from "node:fs";
export async function stay(_, { idempotencyKey, signal }) {
  appendFileSync("calls.txt", idempotencyKey + "\\n");
  if (existsSync("go-on")) return "stayed";
  console.error("at work now");
  await new Promise((resolve, reject) => {
    const timer = setInterval(() => {}, 1000);
    signal.addEventListener("abort", () => { clearInterval(timer); reject(signal.reason); });
  });
}
`;
const staying = `${program}tool stay() -> string from "./slow.js"
workflow long(topics: string[]) {
  let drafts = parallel for topic in topics { writer(topic) }
  let waited = stay()
  join(drafts, " ") + waited
}
`;

/** A run of which the tool is at work. Gives it when it has ended by what \`stop\` does. */
async function stopped(signal: NodeJS.Signals): Promise<Project & { readonly ran: Ran }> {
  const of = project(staying, good, { "slow.js": slow });
  let sent = false;
  const ran = await of.run(["run", "main.tantra", "long", ...topics], {
    onError(stderr, child) {
      if (sent || !stderr.includes("at work now")) return;
      sent = true;
      child.kill(signal);
    },
  });
  return { ...of, ran };
}

describe("a run that failed", () => {
  test("says how to go on with it; when the provider is back only what had not ended is done", async () => {
    const of = project();
    const ran = await of.run(["run", "main.tantra", ...topics]);
    expect(ran.code).toBe(1);
    const id = of.id();
    expect(ran.stderr).toContain(`What had ended is kept in .tantra/runs/${id}.jsonl. To go on from there: tantra resume ${id}\n`);
    of.replies(good);
    const again = await of.run(["resume", "last"]);
    expect(again).toMatchObject({ code: 0, stdout: "Good.\n" });
    expect(again.stderr).toContain(`Going on with ${id}: 2 steps have ended and are read.`);
    expect(again.stderr).toMatch(/writer ×2 +2/);
    expect(doneIn(of.cwd, id, 2)).toEqual(["main/judge/turn[0]"]);
    expect(runIds(of.cwd)).toEqual([id]);
  });

  test("and fails as before without anything to be done says so", async () => {
    const of = project(program.replace('judge(join(drafts, " "))', 'fail "No ${join(drafts, " ")} today."'), good);
    expect((await of.run(["run", "main.tantra", ...topics])).stderr).toContain("To go on from there: tantra resume");
    const again = await of.run(["resume", "last"]);
    expect(again.code).toBe(1);
    expect(again.stderr).toContain("No A draft. A draft. today.");
    expect(again.stderr).toContain("Nothing was left to be done, and it failed as before");
    expect(doneIn(of.cwd, of.id(), 2)).toEqual([]);
    of.change(/fail ".*"/, '"Done after all."');
    expect(await of.run(["resume", "last", "--quiet"])).toEqual({ code: 0, stdout: "Done after all.\n", stderr: "" });
  });

  test("of its budget goes on when that is raised, and not before", async () => {
    const of = project(program.replace('"gpt-5")', '"gpt-5") { max_tokens: 10, price: { input: $1000, output: $1000 } }'), good);
    const ran = await of.run(["run", "main.tantra", ...topics, "--max-cost", "0.04"]);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain("error T614");
    expect(ran.stderr).toContain(`tantra resume ${of.id()} --max-cost DOLLARS`);
    const again = await of.run(["resume", "last"]);
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining("error T614") });
    const paid = linesOf(of.cwd, of.id()).filter(({ type }) => type === "model.replied").length;
    expect(await of.run(["resume", "last", "--max-cost", "1", "--quiet"])).toEqual({ code: 0, stdout: "Good.\n", stderr: "" });
    expect(linesOf(of.cwd, of.id()).filter(({ type }) => type === "model.replied")).toHaveLength(3);
    expect(paid).toBeLessThan(3);
    // The new limit holds from now on.
    expect(linesOf(of.cwd, of.id()).findLast(({ tantra: word }) => word === "resumed")).toMatchObject({ maxCostUsd: 1 });
  });

  test("prints one object with --json, whose account is that of the whole run", async () => {
    const of = await failed();
    of.replies(good);
    const { stdout } = await of.run(["resume", "last", "--json", "--quiet"]);
    expect(JSON.parse(stdout)).toMatchObject({ runId: of.id(), value: "Good.", error: null, cost: { calls: 4, retries: { calls: 1 } } });
  });
});

describe("a run that was stopped", () => {
  test("by Ctrl-C says how to go on; the tool that was at work is called again with the same key", async () => {
    const { ran, run, cwd, id } = await stopped("SIGINT");
    expect(ran.code).toBe(130);
    expect(ran.stderr).toContain(`To go on from there: tantra resume ${id()}`);
    expect((await run(["runs"])).stdout).toMatch(new RegExp(`${id()} +interrupted`));
    writeFileSync(join(cwd, "go-on"), "");
    expect(await run(["resume", "last", "--quiet"])).toEqual({ code: 0, stdout: "A draft. A draft.stayed\n", stderr: "" });
    expect(doneIn(cwd, id(), 2)).toEqual(["long/waited"]);
    const [first, second, ...more] = readFileSync(join(cwd, "calls.txt"), "utf8").trimEnd().split("\n");
    expect([second, more]).toEqual([first, []]);
  });

  test("by kill -9 goes on as well, and its lock is no one's", async () => {
    const { ran, run, cwd, id } = await stopped("SIGKILL");
    expect(ran.code).toBe(null);
    expect((await run(["runs"])).stdout).toMatch(new RegExp(`${id()} +stopped`));
    writeFileSync(join(cwd, "go-on"), "");
    expect(await run(["resume", "last", "--quiet"])).toEqual({ code: 0, stdout: "A draft. A draft.stayed\n", stderr: "" });
    expect(doneIn(cwd, id(), 2)).toEqual(["long/waited"]);
    expect((await run(["runs"])).stdout).toMatch(new RegExp(`${id()} +finished`));
  });

  test("while its last line was written has that cut away", async () => {
    const of = await failed();
    of.replies(good);
    const id = of.id();
    const path = join(runsIn(of.cwd), `${id}.jsonl`);
    const text = readFileSync(path, "utf8");
    writeFileSync(path, text.slice(0, text.indexOf('"type":"agent.failed"')));
    expect((await of.run(["runs"])).stdout).toMatch(new RegExp(`${id} +stopped`));
    const again = await of.run(["resume", "last"]);
    expect(again).toMatchObject({ code: 0, stdout: "Good.\n" });
    expect(again.stderr).toContain("Its last line was torn off and is cut away");
    expect(linesOf(of.cwd, id).map(({ n }) => n)).toEqual(linesOf(of.cwd, id).map((_, index) => index + 1));
  });
});

describe("a program that was changed", () => {
  test("does again what asks something else, says which and why, and names what it does not come by any more", async () => {
    const of = await failed();
    of.replies(good);
    of.change("Judge: ", "Judge strictly: ");
    of.change("{ writer(topic) }", '{ writer(topic) }\n  let extra = writer("stars")');
    of.change('join(drafts, " ")', 'join(drafts, " ") + extra');
    const again = await of.run(["resume", "last"]);
    expect(again).toMatchObject({ code: 0, stdout: "Good.\n" });
    expect(again.stderr).toContain("Changed since then: main.tantra; steps that ask the same as before are kept.");
    expect(doneIn(of.cwd, of.id(), 2)).toEqual(["main/extra/turn[0]", "main/judge/turn[0]"]);
  });

  test("whose agent has another name does its steps again, and those of a step that was taken out are named", async () => {
    const of = project(program.replace('"))\n}', '"))\n  fail "Not yet."\n}').replace("  judge(join", "  let verdict = judge(join"), good);
    expect((await of.run(["run", "main.tantra", ...topics])).code).toBe(1);
    of.change(/judge\(text/, "critic(text");
    of.change("let verdict = judge(join", "let _ = critic(join");
    of.change('fail "Not yet."', "drafts[0]");
    of.replies({ ...good, critic: [{ text: "Fine.", times: "always" }] });
    const again = await of.run(["resume", "last"]);
    expect(again).toMatchObject({ code: 0, stdout: "A draft.\n" });
    expect(again.stderr).toContain("One step that had ended was not come by any more: main/verdict/turn[0].");
  });

  test("that asks something else in a step says why it is done again", async () => {
    const of = project(program.replace('"))\n}', '"))\n  fail "Not yet."\n}').replace("  judge(join", "  let verdict = judge(join"), good);
    expect((await of.run(["run", "main.tantra", ...topics])).code).toBe(1);
    of.change("Judge: ", "Judge strictly: ");
    const again = await of.run(["resume", "last"]);
    expect(again.stderr).toContain('warning: "main/verdict/turn[0]" is done again: what it asks has changed.');
    // What was done again stays done.
    expect((await of.run(["resume", "last"])).stderr).not.toContain("is done again");
    expect(doneIn(of.cwd, of.id(), 3)).toEqual([]);
  });

  test("is refused with --strict, which asks for the same files", async () => {
    const of = await failed();
    of.replies(good);
    of.change("Judge: ", "Judge strictly: ");
    const again = await of.run(["resume", "last", "--strict"]);
    expect(again).toMatchObject({ code: 2, stdout: "" });
    expect(again.stderr).toContain(`Since the run ${of.id()} began, main.tantra has changed.`);
    of.change("Judge strictly: ", "Judge: ");
    expect((await of.run(["resume", "last", "--strict"])).code).toBe(0);
  });

  test("with errors, under another name or without what was started is refused, and nothing of the run is lost", async () => {
    const of = await failed();
    of.replies(good);
    const before = linesOf(of.cwd, of.id()).length;
    of.change('model: small, prompt: "Judge', 'model: smal, prompt: "Judge');
    expect(await of.run(["resume", "last"])).toMatchObject({ code: 3, stdout: "", stderr: expect.stringContaining('There is no model "smal".') });
    of.change("model: smal,", "model: small,");
    of.change("workflow main", "workflow other");
    expect(await of.run(["resume", "last"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('began with "main", which the program does not declare any more'),
    });
    of.change("workflow other", "workflow main");
    renameSync(join(of.cwd, "main.tantra"), join(of.cwd, "elsewhere.tantra"));
    expect(await of.run(["resume", "last"])).toMatchObject({ code: 2, stderr: expect.stringContaining(`is gone: there is no file main.tantra in ${of.cwd}`) });
    renameSync(join(of.cwd, "elsewhere.tantra"), join(of.cwd, "main.tantra"));
    expect(linesOf(of.cwd, of.id())).toHaveLength(before);
    expect((await of.run(["resume", "last"])).code).toBe(0);
  });
});

describe("which run", () => {
  test("is meant is told by last, an id or its beginning, from anywhere in the project or by --root", async () => {
    const of = await failed();
    const id = of.id();
    const sub = join(of.cwd, "sub");
    mkdirSync(sub);
    const wrong = await of.run(["resume", "1999"]);
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining("There is no run 1999.") });
    expect((await of.run(["resume", id.slice(0, 17)], { cwd: sub })).code).toBe(1);
    const outside = folder({});
    expect(await of.run(["resume", "last"], { cwd: outside })).toMatchObject({ code: 2, stderr: expect.stringContaining("No run is kept in .tantra/runs.") });
    const far = await of.run(["resume", "last", "--root", of.cwd], { cwd: outside });
    expect(far.code).toBe(1);
    expect(far.stderr).toMatch(new RegExp(`tantra resume ${id} --root \\S+${of.cwd.slice(of.cwd.lastIndexOf("/"))}\\n`));
    of.replies(good);
    expect((await of.run(["resume", id, "--quiet"])).stdout).toBe("Good.\n");
    const over = await of.run(["resume", id]);
    expect(over).toMatchObject({ code: 2, stderr: expect.stringContaining(`The run ${id} has finished: there is nothing to go on with.`) });
    expect(await of.run(["resume"])).toMatchObject({ code: 2, stderr: expect.stringContaining("tantra resume last") });
  });

  test("is at work already is not taken twice: the second is told who has it", async () => {
    const of = project(staying, good, { "slow.js": slow });
    let others: Promise<readonly [Ran, Ran]> | undefined;
    let pid: number | undefined;
    async function meanwhile(): Promise<readonly [Ran, Ran]> {
      return [await of.run(["resume", "last"]), await of.run(["runs", "rm", "last", "--yes"])];
    }
    await of.run(["run", "main.tantra", "long", ...topics], {
      onError(stderr, child) {
        if (others !== undefined || !stderr.includes("at work now")) return;
        pid = child.pid;
        others = meanwhile().finally(() => child.kill("SIGKILL"));
      },
    });
    const told = `The run ${of.id()} is at work already: the process ${pid} has it.`;
    expect(await others).toMatchObject([
      { code: 2, stdout: "", stderr: expect.stringContaining(told) },
      { code: 1, stdout: "", stderr: expect.stringContaining(told) },
    ]);
    expect(runIds(of.cwd)).toHaveLength(1);
  });

  test("another machine has is left to it, and the way out is said", async () => {
    const of = await failed();
    of.replies(good);
    const lock = join(runsIn(of.cwd), `${of.id()}.lock`);
    writeFileSync(lock, JSON.stringify({ run: of.id(), pid: 1, host: `not-${hostname()}` }));
    const refused = await of.run(["resume", "last"]);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining(`delete .tantra/runs/${of.id()}.lock`) });
    expect(readFileSync(lock, "utf8")).toContain("not-");
  });
});

describe("a run's file", () => {
  test.each([
    ["of another program", () => '{"some":"thing"}\n', "This is no file of a run."],
    ["of a newer version", (text: string) => text.replace('"version":1', '"version":2'), "A newer Tantra has written this (version 2; this one reads 1)."],
    ["that was edited by hand", (text: string) => text.replace("Write about tides.", "Write about rivers."), "This line is not as Tantra wrote it"],
    ["that ends in its first line", (text: string) => text.slice(0, 40), "The file ends before its first line does"],
    ["that is empty", () => "", "The file ends before its first line does"],
  ])("%s is refused, with the place", async (_, damage, message) => {
    const of = await failed();
    const id = of.id();
    const path = join(runsIn(of.cwd), `${id}.jsonl`);
    const text = damage(readFileSync(path, "utf8"));
    writeFileSync(path, text);
    const again = await of.run(["resume", id]);
    expect(again).toMatchObject({ code: 2, stdout: "" });
    expect(again.stderr).toContain("error T651");
    expect(again.stderr).toContain(message);
    expect(again.stderr).toContain(`.tantra/runs/${id}.jsonl`);
    expect(readFileSync(path, "utf8")).toBe(text);
  });

  test("holds no secret: a run that was given one as an input is refused with a way out", async () => {
    const source = `provider llm = simulator { replies: "./replies.json" }
tool post(text: string) -> string from "./post.js" { options: { key: env.POST_KEY } }
model small = llm("gpt-5")
agent judge(text: string) { model: small, prompt: "Judge: \${text}", retry: none }
workflow main(text: string) {
  let verdict = judge(text)
  post(verdict)
}
`;
    const of = project(source, down, { "post.js": "export const post = ({ text }) => text;" });
    const env = { POST_KEY: "very-secret-key" };
    expect((await of.run(["run", "main.tantra", "--text", "the very-secret-key"], { env })).code).toBe(1);
    expect(readFileSync(join(runsIn(of.cwd), `${of.id()}.jsonl`), "utf8")).not.toContain("very-secret-key");
    of.replies(good);
    const again = await of.run(["resume", "last"], { env });
    expect(again).toMatchObject({ code: 2, stdout: "" });
    expect(again.stderr).toContain(`The run ${of.id()} was given a secret in "text", which is not kept`);
    expect(again.stderr).toContain("Begin a new run.");
    // Without it among the inputs a run goes on, but not without the variable.
    expect((await of.run(["run", "main.tantra", "--text", "it"], { env })).code).toBe(0);
    of.replies(down);
    expect((await of.run(["run", "main.tantra", "--text", "it"], { env })).code).toBe(1);
    of.replies(good);
    expect(await of.run(["resume", "last"])).toMatchObject({ code: 2, stderr: expect.stringContaining("The variable POST_KEY is not set.") });
    expect((await of.run(["resume", "last", "--quiet"], { env })).stdout).toBe("Good.\n");
  });

  test("that cannot be kept stops the run before anything is asked; --no-journal runs without", async () => {
    const of = project(program, good, { ".tantra": "a file" });
    const ran = await of.run(["run", "main.tantra", ...topics]);
    expect(ran).toMatchObject({ code: 2, stdout: "" });
    expect(ran.stderr).toContain("error T650");
    expect(ran.stderr).toContain(".tantra/runs cannot be written: what should be its folder is a file.");
    expect(ran.stderr).toContain("`--no-journal` runs without.");
    expect(await of.run(["run", "main.tantra", ...topics, "--no-journal", "--quiet"])).toEqual({ code: 0, stdout: "Good.\n", stderr: "" });
  });

  test("is not written with --no-journal, and then nothing is said of going on", async () => {
    const of = project();
    const ran = await of.run(["run", "main.tantra", ...topics, "--no-journal"]);
    expect(ran.code).toBe(1);
    expect(ran.stderr).not.toContain("tantra resume");
    expect(runIds(of.cwd)).toEqual([]);
  });
});
