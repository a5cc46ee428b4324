import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import type { RunEvent } from "../../src/agent/events.ts";
import { eventSchema } from "../../src/report/event.schema.ts";
import { resultSchema } from "../../src/report/result.schema.ts";
import type { RunReport } from "../../src/report/result.ts";
import { folder } from "../host/folder.ts";
import { tantra } from "./tantra.ts";

const files = {
  "package.json": "{}",
  "main.tantra": `provider llm = simulator { replies: "./r.json" }
model m = llm("gpt-5-mini")
agent poet() { model: m, prompt: "Write." }
agent judge() -> int { model: m, prompt: "Judge." }
workflow poem() { poet() }
workflow verdict() { judge() }
workflow both() -> json {
  let text = poet()
  let score = judge()
  return { text: text, score: score }
}
workflow nothing() { let _ = poet()
}
workflow doomed() { fail "It was \${"not"} to be." }
workflow slow() { poet() with { timeout: 1m } }`,
  "r.json": JSON.stringify({ poet: [{ text: "Roses\u001b[31m are red", times: "always" }], judge: [{ value: 7, times: "always" }] }),
  "slow.tantra": `provider llm = simulator { replies: "./slow.json" }
model m = llm("gpt-5-mini")
agent quick() { model: m, prompt: "Quick." }
agent poet() { model: m, prompt: "Write." }
workflow slow() { let _ = quick()
  poet() }`,
  "slow.json": JSON.stringify({ quick: [{ text: "done", times: "always" }], poet: [{ latency: "60s", text: "late", times: "always" }] }),
};
const fits = (schema: object, value: unknown) => {
  const validate = new Ajv2020({ discriminator: true, strictTypes: false, strictRequired: false, allowUnionTypes: true }).compile(schema);
  return validate(value) ? "fits" : validate.errors;
};

describe("the value", () => {
  it.each([
    ["poem", "Roses\u001b[31m are red\n"],
    ["verdict", "7\n"],
    ["both", '{\n  "text": "Roses\\u001b[31m are red",\n  "score": 7\n}\n'],
  ])("of %s stands alone on standard output: a text as it is, all else as indented JSON", async (main, stdout) => {
    const ran = await tantra(["run", "main.tantra", main], { cwd: folder(files) });
    expect(ran).toMatchObject({ code: 0, stdout });
    expect(ran.stderr).toContain("total");
  });

  it("goes to --out, and then standard output is empty", async () => {
    const cwd = folder(files);
    expect(await tantra(["run", "main.tantra", "poem", "--out", "poem.txt", "--quiet"], { cwd })).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(readFileSync(join(cwd, "poem.txt"), "utf8")).toBe("Roses\u001b[31m are red\n");
  });

  it("goes to standard output with --out -", async () => {
    expect(await tantra(["run", "main.tantra", "verdict", "--out", "-", "--quiet"], { cwd: folder(files) })).toEqual({ code: 0, stdout: "7\n", stderr: "" });
  });

  it("goes to standard output when the file of --out fails after all", async () => {
    if (!existsSync("/dev/full")) return;
    const ran = await tantra(["run", "main.tantra", "verdict", "--out", "/dev/full", "--quiet"], { cwd: folder(files) });
    expect(ran).toMatchObject({ code: 1, stdout: "7\n" });
    expect(ran.stderr).toContain("/dev/full cannot be written: the disk is full.");
  });

  it("is not asked of a model when its file cannot be written", async () => {
    const ran = await tantra(["run", "main.tantra", "poem", "--out", "no/such/folder/poem.txt"], { cwd: folder(files) });
    expect(ran).toMatchObject({ code: 2, stdout: "" });
    expect(ran.stderr).toContain("its folder does not exist");
    expect(ran.stderr).not.toContain("total");
  });

  it("that nobody reads to its end is no error", async () => {
    const bin = fileURLToPath(new URL("../../src/cli/tantra.ts", import.meta.url));
    const child = spawn("sh", ["-c", `"${process.execPath}" "${bin}" run main.tantra both 2>err.txt | head -1; wait`], { cwd: folder({ ...files }) });
    let stdout = "";
    child.stdout.on("data", (data: Buffer) => {
      stdout += String(data);
    });
    await new Promise((resolve) => child.on("close", resolve));
    expect(stdout).toBe("{\n");
  });
});

describe("--json", () => {
  it("prints one object with value, usage, cost, times and warnings, as its schema says", async () => {
    const ran = await tantra(["run", "main.tantra", "both", "--json", "--quiet"], { cwd: folder(files) });
    const report = JSON.parse(ran.stdout) as RunReport;
    expect(fits(resultSchema(), report)).toBe("fits");
    expect(report).toMatchObject({ value: { score: 7 }, error: null, cost: { simulated: true, calls: 2 }, warnings: [] });
    expect(report.cost.steps.map(({ step }) => step)).toEqual(["both", "both/text", "both/score"]);
    expect(report.durations.total).toBeGreaterThanOrEqual(0);
  });

  it("warns of what the program lived with", async () => {
    const cwd = folder({
      ...files,
      "lives.tantra": `workflow lives() -> string {\n  doomed() catch err { err.message }\n}\nworkflow doomed() -> string { fail "No." }`,
    });
    const ran = await tantra(["run", "lives.tantra", "lives", "--json"], { cwd });
    const report = JSON.parse(ran.stdout) as RunReport;
    expect(fits(resultSchema(), report)).toBe("fits");
    expect(report).toMatchObject({ value: "No.", error: null, warnings: [{ code: "T618", message: "A failure was tolerated: No.", path: "lives/doomed" }] });
  });

  it.each([
    ["a failed run", ["run", "main.tantra", "doomed"], 1, "T618", "It was not to be."],
    ["an input that does not fit", ["run", "main.tantra", "poem", "--nothing", "x"], 2, "T621", "There is no input and no flag --nothing."],
    ["a file that is not there", ["run", "gone.tantra"], 2, "T623", "There is no file gone.tantra."],
    ["a program with errors", ["run", "bad.tantra"], 3, "T201", 'There is no model "n".'],
  ])("says in the same form what became of %s", async (_what, args, code, errorCode, message) => {
    const cwd = folder({ ...files, "bad.tantra": 'agent a() { model: n, prompt: "x" }\nagent b() { model: o, prompt: "x" }' });
    const ran = await tantra([...args, "--json"], { cwd });
    const report = JSON.parse(ran.stdout) as RunReport;
    expect(fits(resultSchema(), report)).toBe("fits");
    expect(report).toMatchObject({ value: null, error: { code: errorCode, message } });
    expect(ran.code).toBe(code);
    expect(ran.stderr).toContain(message);
  });
});

describe("--events", () => {
  it("writes everything that happens, a line each, numbered without gaps, as its schema says", async () => {
    const cwd = folder(files);
    await tantra(["run", "main.tantra", "both", "--events", "e.jsonl", "--quiet"], { cwd });
    const events = readFileSync(join(cwd, "e.jsonl"), "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as RunEvent);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect([events[0]?.type, events.at(-1)?.type]).toEqual(["run.started", "run.finished"]);
    for (const event of events) expect(fits(eventSchema(), event), event.type).toBe("fits");
  });

  it("on a full disk is said once, and the run goes on to its value", async () => {
    if (!existsSync("/dev/full")) return;
    const ran = await tantra(["run", "main.tantra", "both", "--events", "/dev/full", "--json", "--quiet"], { cwd: folder(files) });
    expect(ran.code).toBe(0);
    expect(ran.stderr).toBe("warning: /dev/full could not be written (the disk is full): the run goes on, and the events from here on are lost.\n");
    expect(JSON.parse(ran.stdout)).toMatchObject({ value: { score: 7 }, warnings: [{ message: expect.stringContaining("the disk is full") }] });
  });

  it("holds no secret, and neither does an error", async () => {
    const cwd = folder({
      "package.json": "{}",
      "main.tantra": `tool leak() -> string from "./t.ts" { options: { key: env.LEAK_KEY } }\nworkflow main() { leak() }`,
      "t.ts": "export const leak = (_: unknown, { options }: { options: { key: string } }) => { throw new Error(`refused ${options.key}`); };",
    });
    const ran = await tantra(["run", "main.tantra", "--events", "e.jsonl", "--json"], { cwd, env: { LEAK_KEY: "very-secret-key" } });
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain("refused [secret]");
    expect(ran.stdout + ran.stderr + readFileSync(join(cwd, "e.jsonl"), "utf8")).not.toContain("very-secret");
  });
});

describe("standard error", () => {
  it("holds nothing with --quiet, and every request with --verbose", async () => {
    const cwd = folder(files);
    expect((await tantra(["run", "main.tantra", "both", "--quiet"], { cwd })).stderr).toBe("");
    const { stderr } = await tantra(["run", "main.tantra", "both", "--verbose"], { cwd });
    expect(stderr).toContain("both/text/turn[0]: asks gpt-5-mini, 1 messages");
    expect(stderr).toContain("replied in");
  });

  it("holds a program's warnings as a line each, before it runs", async () => {
    const unused = Array.from({ length: 7 }, (_, index) => `agent a${index}() { model: m, prompt: "x" }`).join("\n");
    const cwd = folder({ "package.json": "{}", "main.tantra": `provider llm = simulator\nmodel m = llm("gpt-5")\n${unused}\nworkflow w() { 1 }` });
    const { stderr } = await tantra(["run", "main.tantra"], { cwd });
    expect(stderr.split("\n").slice(0, 2)).toEqual([
      expect.stringMatching(/^warning main\.tantra:3:7: Nothing uses the agent .a0.\. Take it out\.$/),
      expect.stringMatching(/^warning main\.tantra:4:7: Nothing uses the agent .a1.\. Take it out\.$/),
    ]);
    expect(stderr).toContain("\n… and 2 more: tantra check shows them all\n");
    expect((await tantra(["run", "main.tantra", "--quiet"], { cwd })).stderr).toBe("");
  });

  it("shows a model's text with its control characters made visible", async () => {
    const { stderr } = await tantra(["run", "main.tantra", "both", "--verbose"], { cwd: folder(files) });
    expect(stderr).toContain("Roses␛[31m are red");
    expect(stderr).not.toContain("\u001b");
  });

  it("has colour when it is asked for, and none with --no-color", async () => {
    const cwd = folder(files);
    const env = { FORCE_COLOR: "1", NO_COLOR: "" };
    expect((await tantra(["run", "main.tantra", "doomed"], { cwd, env })).stderr).toContain("\u001b[");
    expect((await tantra(["run", "main.tantra", "doomed", "--no-color"], { cwd, env })).stderr).not.toContain("\u001b");
  });
});

describe("--simulate", () => {
  it("puts the simulator in the place of every provider: no key, no network, and the cost says so", async () => {
    const cwd = folder({
      "package.json": "{}",
      "main.tantra":
        'provider p = openai { api_key: env.NO_SUCH_KEY, base_url: "https://nowhere.invalid" }\nmodel m = p("gpt-5")\nagent echo() { model: m, prompt: "Hello" }',
    });
    const ran = await tantra(["run", "main.tantra", "--simulate"], { cwd });
    expect(ran).toMatchObject({ code: 0, stdout: "[echo] Hello\n" });
    expect(ran.stderr).toContain("Simulated: nobody was charged");
    expect(await tantra(["run", "main.tantra"], { cwd })).toMatchObject({ code: 2, stderr: expect.stringContaining("The variable NO_SUCH_KEY is not set.") });
  });
});

describe("an interruption", () => {
  const interrupted = (signal: NodeJS.Signals, times: number) => {
    let sent = 0;
    return tantra(["run", "slow.tantra"], {
      cwd: folder(files),
      onError(stderr, child) {
        const wanted = stderr.includes("Winding down") ? times : stderr.includes("slow/quick: done") || stderr.includes("slow/_: done") ? 1 : 0;
        for (; sent < wanted; sent++) child.kill(signal);
      },
    });
  };

  it("by Ctrl-C winds down and reports what was spent: exit code 130", async () => {
    const ran = await interrupted("SIGINT", 1);
    expect(ran).toMatchObject({ code: 130, stdout: "" });
    expect(ran.stderr).toContain("Winding down; Ctrl-C once more leaves at once.");
    expect(ran.stderr).toMatch(/quick +gpt-5-mini/);
    // Who interrupts knows why: no line of the program is shown.
    expect(ran.stderr).toMatch(
      /\n\nerror T619: run cancelled\nThe run was interrupted\.\n\nWhat had ended is kept in .*\.jsonl\. To go on from there: tantra resume \S+\n$/,
    );
  });

  it("by the system does the same: exit code 143", async () => {
    const ran = await interrupted("SIGTERM", 1);
    expect(ran).toMatchObject({ code: 143, stdout: "" });
    expect(ran.stderr).toContain("The run was interrupted.");
  });

  it("by Ctrl-C twice leaves at once, without waiting for a tool that does not stop", async () => {
    const cwd = folder({
      "package.json": "{}",
      "main.tantra": 'tool stubborn() -> json from "./t.ts"\nworkflow main() { stubborn() }',
      "t.ts": 'export const stubborn = () => { console.log("at work"); return new Promise((done) => setTimeout(done, 60_000)); };',
    });
    let sent = 0;
    const ran = await tantra(["run", "main.tantra"], {
      cwd,
      onError(stderr, child) {
        const wanted = stderr.includes("Winding down") ? 2 : stderr.includes("at work") ? 1 : 0;
        for (; sent < wanted; sent++) child.kill("SIGINT");
      },
    });
    expect(ran).toMatchObject({ code: 130, stdout: "" });
    expect(ran.stderr).not.toContain("The run was interrupted.");
  });
});
