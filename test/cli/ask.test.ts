import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { RunReport } from "../../src/report/result.ts";
import { folder } from "../host/folder.ts";
import { type Ran, tantra } from "./tantra.ts";

const program = `provider llm = simulator
model small = llm("sim-small")
agent writer(topic: string) { model: small, prompt: topic }
tool send(to: string) -> string from "./send.ts" { approve: true }
type Change { word: string, why: string? }
workflow publish(to: string = "ada@example.com") -> string {
  parallel {
    let sent = send(to)
    let draft = writer("tides")
    let change = ask "What instead?" -> Change
  }
  let go = ask "Publish \${draft} (\${sent})?" -> bool
  return "\${sent}, \${json(change)}, \${go}"
}
workflow plain() -> bool { ask "Sure?" -> bool }
workflow late() -> string { ask "Who?" -> string with { timeout: 1ms, default: "nobody" } }
`;
const files = {
  "package.json": "{}",
  "p.tantra": program,
  "send.ts": `import { appendFileSync } from "node:fs";
export const send = ({ to }: { to: string }) => { appendFileSync("sent.txt", to + "\\n"); return "sent to " + to; };
`,
};
const runId = ({ stderr }: Ran): string => /tantra resume (\S+)/.exec(stderr)?.[1] ?? "";
const sent = (cwd: string): string => (existsSync(join(cwd, "sent.txt")) ? readFileSync(join(cwd, "sent.txt"), "utf8") : "");

describe("a run without a terminal that needs a person", () => {
  test("does all that needs nobody, stops with exit code 4 and says how to answer", async () => {
    const cwd = folder(files);
    const ran = await tantra(["run", "p.tantra", "publish"], { cwd });
    expect(ran.code).toBe(4);
    expect(ran.stdout).toBe("");
    expect(ran.stderr).toContain("publish/parallel/draft/writer: done in");
    expect(ran.stderr).not.toContain("abandoned");
    expect(ran.stderr).toContain("waiting: the run waits for 2 answers.");
    expect(ran.stderr).toMatch(
      /\n\n {2}Call the tool send with exactly this\?\n {4}\{\n {6}"to": "ada@example\.com"\n {4}\}\n {2}p\.tantra:8:16, publish\/parallel\/sent\/send\n {2}tantra answer \S+ publish\/parallel\/sent\/send '<true or false>'\n/,
    );
    expect(sent(cwd)).toBe("");
  });

  test("has its questions in --json", async () => {
    const ran = await tantra(["run", "p.tantra", "plain", "--json", "--detach", "--no-journal"], { cwd: folder(files) });
    expect(ran.code).toBe(4);
    const { questions, error, value } = JSON.parse(ran.stdout) as RunReport;
    expect(value).toBeNull();
    expect(error).toMatchObject({ code: "T641" });
    expect(questions).toEqual([{ path: "plain/ask", of: "ask", question: "Sure?", schema: { type: "boolean" }, place: "p.tantra:15:28" }]);
    expect(ran.stderr).toContain("Nothing is kept of this run");
  });
});

describe("tantra answer", () => {
  test("gives a run its answers from other processes, some at a time, and each step is done once", async () => {
    const cwd = folder(files);
    const id = runId(await tantra(["run", "p.tantra", "publish"], { cwd }));
    const answer = (...words: string[]): Promise<Ran> => tantra(["answer", id, ...words], { cwd });

    expect((await answer()).stdout).toContain(`tantra answer ${id} publish/parallel/change/ask '<{ word: string, why: string? }>'`);
    const first = await answer("publish/parallel/sent/send", "true");
    expect(first.code).toBe(0);
    expect(first.stderr).toContain("The answer is kept. 1 question is open still:");
    expect(first.stderr).toContain("What instead?");
    expect((await answer()).stdout).not.toContain("Call the tool");

    // What can go on does, and the rest is asked for again.
    const half = await tantra(["resume", id], { cwd });
    expect(half.code).toBe(4);
    expect(half.stderr).toContain("waiting: the run waits for an answer.");
    expect(sent(cwd)).toBe("ada@example.com\n");

    const second = await answer("publish/parallel/change/ask", '{ "word": "ebb" }');
    expect(second.stderr).toBe(`The answer is kept. To go on: tantra resume ${id}\n`);
    const last = await tantra(["resume", "last"], { cwd });
    expect(last.code).toBe(4);
    expect(last.stderr).toContain("Publish [writer] tides (sent to ada@example.com)?");
    const done = await answer("publish/go", "y", "--resume", "--quiet");
    expect(done).toMatchObject({ code: 0, stdout: 'sent to ada@example.com, {"word":"ebb","why":null}, true\n' });
    expect(sent(cwd)).toBe("ada@example.com\n");
    expect((await answer()).stdout).toBe("The run asks nobody anything.\n");
  });

  test("says what is wrong with an answer, a node and a run", async () => {
    const cwd = folder(files);
    const id = runId(await tantra(["run", "p.tantra", "plain"], { cwd }));
    const answer = (...words: string[]): Promise<Ran> => tantra(["answer", ...words], { cwd });
    const unfit = await answer(id, "plain/ask", "perhaps");
    expect(unfit.code).toBe(2);
    expect(unfit.stderr).toContain('This is no answer to "plain/ask". It is y or n.');
    const unknown = await answer(id, "plain/asks", "true");
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain("Did you mean plain/ask?");
    expect((await answer(id, "plain/ask")).stderr).toContain("It is bool: tantra answer");
    expect((await answer("nonsense", "plain/ask", "true")).code).toBe(2);
    const again = await answer(id, "plain/ask", "n");
    expect(again.code).toBe(0);
    // Until the run goes on, a later answer takes the place of an earlier one.
    expect((await answer(id, "plain/ask", "y", "--resume", "--quiet")).stdout).toBe("true\n");
    expect((await answer(id, "plain/ask", "true")).stderr).toContain("asks nobody anything");
  });

  test("takes a record that fits, and no other", async () => {
    const cwd = folder(files);
    const id = runId(await tantra(["run", "p.tantra", "publish"], { cwd }));
    const unfit = await tantra(["answer", id, "publish/parallel/change/ask", '{ "word": 3 }'], { cwd });
    expect(unfit.code).toBe(2);
    expect(unfit.stderr).toContain("/word must be string.");
  });

  test("an approval holds for its arguments: where the program was changed, the tool is asked about again", async () => {
    const cwd = folder(files);
    const id = runId(await tantra(["run", "p.tantra", "publish"], { cwd }));
    await tantra(["answer", id, "publish/parallel/sent/send", "true"], { cwd });
    writeFileSync(join(cwd, "p.tantra"), program.replace("send(to)", 'send("eve@example.com")'));
    const changed = await tantra(["resume", id], { cwd });
    expect(changed.code).toBe(4);
    expect(changed.stderr).toContain('"to": "eve@example.com"');
    expect(sent(cwd)).toBe("");
    const denied = await tantra(["answer", id, "publish/parallel/sent/send", "no, not to Eve", "--resume"], { cwd });
    expect(denied.stderr).toContain('The tool "send" was not approved: not to Eve.');
    expect(denied.code).toBe(1);
  });

  test("survives a process that is killed while the approved tool runs: nobody is asked again", async () => {
    const slow = `import { existsSync } from "node:fs";
export const send = async ({ to }: { to: string }) => {
  if (existsSync("go.txt")) return "sent to " + to;
  console.error("sending");
  await new Promise((resolve) => setTimeout(resolve, 60_000));
};
`;
    const cwd = folder({ ...files, "send.ts": slow });
    const id = runId(await tantra(["run", "p.tantra", "publish"], { cwd }));
    await tantra(["answer", id, "publish/parallel/change/ask", '{ "word": "ebb" }'], { cwd });
    const killed = await tantra(["answer", id, "publish/parallel/sent/send", "y", "--resume"], {
      cwd,
      onError: (stderr, child) => void (stderr.includes("sending") && child.kill("SIGKILL")),
    });
    expect(killed.code).toBeNull();
    writeFileSync(join(cwd, "go.txt"), "");
    const again = await tantra(["resume", id], { cwd });
    expect(again.code).toBe(4);
    expect(again.stderr).toContain("waiting: the run waits for an answer.");
    expect(again.stderr).toContain("(sent to ada@example.com)?");
  });

  test("comes too late where the time for it is over, and the run goes on with its default", async () => {
    const cwd = folder(files);
    const ran = await tantra(["run", "p.tantra", "late"], { cwd });
    expect(ran.code).toBe(4);
    const id = runId(ran);
    const late = await tantra(["answer", id, "late/ask", "Ada"], { cwd });
    expect(late.code).toBe(2);
    expect(late.stderr).toMatch(/The time to answer "late\/ask" was over at 2/);
    expect(await tantra(["resume", id, "--quiet"], { cwd })).toMatchObject({ code: 0, stdout: "nobody\n" });
  });
});
