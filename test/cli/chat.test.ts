import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { folder } from "../host/folder.ts";
import { tantra } from "./tantra.ts";

const program = `
provider llm = simulator { replies: "./r.json" }
model m = llm("sim") { price: { input: $1, output: $1 } }
/// Never ends by itself.
tool wait() from "./wait.ts"
agent analyst(topic: string = "tides") { model: m, system: "You know \${topic}." }
agent patient() { model: m, system: "You wait.", tools: [wait], handoffs: [analyst("handoffs")] }
agent counter() -> int { model: m, prompt: "A number, please." }
workflow trip() { counter() }
`;
const replies = {
  analyst: [
    { when: { contains: "fail" }, error: "auth", times: "always" },
    { when: { contains: "why", system: "moon" }, text: "The moon.", times: "always" },
    { when: { contains: "why" }, text: "Gravity.", times: "always" },
    { text: "So it is.", times: "always" },
  ],
  patient: [
    { when: { contains: "wait" }, tool_calls: [{ name: "wait" }] },
    { when: { contains: "over" }, tool_calls: [{ name: "handoff_analyst" }] },
    { text: "Here.", times: "always" },
  ],
  counter: [{ value: 7 }, { value: 8 }],
};
const wait = "export const wait = (_, { signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));\n";
const project = () => folder({ "package.json": "{}", "t.tantra": program, "r.json": JSON.stringify(replies), "wait.ts": wait });
const lines = (...all: readonly string[]) => all.map((line) => `${line}\n`).join("");

function chat(cwd: string, args: readonly string[], ...said: readonly string[]) {
  return tantra(["chat", "t.tantra", ...args], { cwd, stdin: lines(...said) });
}

describe("a chat through a pipe", () => {
  test("answers every line on standard output, with what was said before", async () => {
    const cwd = project();
    const ran = await chat(cwd, ["analyst", "--topic", "the moon", "--events", "e.jsonl"], "why?", "", "and then?");
    expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code: 0, stdout: "The moon.\nSo it is.\n" });
    expect(ran.stderr).toMatch(/total\s+2 /);
    const events = readFileSync(join(cwd, "e.jsonl"), "utf8").trimEnd().split("\n");
    const requests = events.map((line) => JSON.parse(line)).filter(({ type }) => type === "model.requested");
    expect(requests.map(({ path }) => path)).toEqual(["analyst/send[0]/turn[0]", "analyst/send[1]/turn[0]"]);
    expect(requests[1].request.messages.map(({ content }: { content: string }) => content)).toEqual(["You know the moon.", "why?", "The moon.", "and then?"]);
    expect(JSON.parse(events.at(-1) ?? "").type).toBe("run.finished");
  });

  test("goes on after a failure, which leaves the conversation as it was and is the exit code", async () => {
    const ran = await chat(project(), ["analyst", "--quiet"], "fail", "why?");
    expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code: 1, stdout: "Gravity.\n" });
    expect(ran.stderr).toContain("T607");
    expect(ran.stderr).not.toContain("total");
  });

  test("lets an agent with a prompt begin, and shows what is no text as JSON", async () => {
    const ran = await chat(project(), ["counter", "--quiet"], "another");
    expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code: 0, stdout: "7\n8\n" });
  });

  test("tells of tools and handoffs, and goes on with whoever took over", async () => {
    const cwd = project();
    const ran = await chat(cwd, ["patient"], "over to them", "/save out.md", "/tools", "why?");
    expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code: 0, stdout: "So it is.\nGravity.\n" });
    expect(ran.stderr).toContain("patient hands over to analyst");
    expect(ran.stderr).toContain('The agent "analyst" has no tools.');
    expect(readFileSync(join(cwd, "out.md"), "utf8")).toContain("You know handoffs.");
  });

  test("is stopped by Ctrl-C in the middle of a reply, and goes on with the next message", async () => {
    let sent = false;
    const ran = await tantra(["chat", "t.tantra", "patient"], {
      cwd: project(),
      stdin: lines("wait for me", "hello"),
      onError(stderr, child) {
        if (sent || !stderr.includes("· wait()")) return;
        sent = true;
        child.kill("SIGINT");
      },
    });
    expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code: 0, stdout: "Here.\n" });
    expect(ran.stderr).toContain("Stopped: the conversation is as it was.");
  });
});

describe("the commands of a chat", () => {
  test("copy a conversation, go back to it, and take back what was said", async () => {
    const cwd = project();
    const ran = await chat(
      cwd,
      ["analyst"],
      "why?",
      "/fork",
      "and?",
      "/save two.md",
      "/fork 1",
      "/save one.md",
      "/undo",
      "/undo",
      "/fork 9",
      "/save none.jsonl",
    );
    expect(ran.stdout).toBe("Gravity.\nSo it is.\n");
    const turns = (file: string) => readFileSync(join(cwd, file), "utf8").match(/^## .*/gm);
    expect(turns("two.md")).toEqual(["## system", "## user", "## assistant", "## user", "## assistant"]);
    expect(turns("one.md")).toEqual(["## system", "## user", "## assistant"]);
    expect(readFileSync(join(cwd, "none.jsonl"), "utf8")).toBe('{"role":"system","content":"You know tides."}\n');
    expect(ran.stderr).toContain("Taken back: why?");
    expect(ran.stderr).toContain("There is nothing to take back.");
    expect(ran.stderr).toContain("There is no conversation 9. There are 1 to 2.");
    expect(ran.code).toBe(1);
  });

  test("that do not exist are met with the nearest one, and what begins with // is said", async () => {
    const ran = await chat(project(), ["analyst", "--quiet"], "/hlep", "/xyzzy", `/${"far/".repeat(1000)}`, "//why", "/quit", "never said");
    expect(ran.stdout).toBe("Gravity.\n");
    expect(ran.stderr).toContain('There is no command "/hlep". Did you mean /help?');
    expect(ran.stderr).toContain('There is no command "/xyzzy". /help lists them');
    expect(ran.stderr).toMatch(/There is no command "\/far\/[far/]{20,36}…"\./);
  });

  test("tell what there is, and what it cost", async () => {
    const ran = await chat(project(), ["patient", "--quiet"], "/help", "/cost", "/tools", "hello", "/cost");
    for (const each of ["/help", "/fork [NUMBER]", "/undo", "/cost", "/save FILE", "/tools", "/quit"]) expect(ran.stderr).toContain(each);
    expect(ran.stderr).toContain("No model was asked yet.");
    expect(ran.stderr).toContain("wait: Never ends by itself.");
    expect(ran.stderr).toContain("handoff_analyst");
    expect(ran.stderr).toMatch(/total\s+1 /);
  });

  test("write over no file but those that they wrote themselves", async () => {
    const cwd = project();
    const ran = await chat(cwd, ["analyst", "--quiet"], "/save t.tantra", "/save new.md", "/save new.md", "/save no/where.md", "/save");
    expect(readFileSync(join(cwd, "t.tantra"), "utf8")).toBe(program);
    expect(ran.stderr).toContain("t.tantra cannot be written: it is there already. Give /save another name.");
    expect(ran.stderr.match(/Saved to new\.md/g)).toHaveLength(2);
    expect(ran.stderr).toContain("no/where.md cannot be written: its folder does not exist.");
    expect(ran.stderr).toContain("/save does not say where to.");
  });
});

describe("a session of a chat", () => {
  test("is gone on with the next time, also after the last words were taken back", async () => {
    const cwd = project();
    await chat(cwd, ["analyst", "--session", "ada", "--quiet"], "why?", "and?");
    const file = join(cwd, ".tantra/sessions/ada.jsonl");
    expect(readFileSync(file, "utf8").trimEnd().split("\n")).toHaveLength(5);
    const ran = await chat(cwd, ["analyst", "--session=ada", "--quiet"], "/undo", "/fork", "not kept", "/fork 1", "kept");
    expect(ran.stderr).toContain("Taken back: and?");
    expect(
      readFileSync(file, "utf8")
        .trimEnd()
        .split("\n")
        .slice(1)
        .map((line) => JSON.parse(line).content),
    ).toEqual(["why?", "Gravity.", "kept", "So it is."]);
    expect(readdirSync(join(cwd, ".tantra/sessions"))).toEqual(["ada.jsonl"]);
  });

  test("that another process has is refused, and free again when that one is told to end", async () => {
    const cwd = project();
    const bin = fileURLToPath(new URL("../../src/cli/tantra.ts", import.meta.url));
    const holder = spawn(process.execPath, [bin, "chat", "t.tantra", "analyst", "--session", "ada", "--quiet"], { cwd, stdio: ["pipe", "pipe", "ignore"] });
    const answered = new Promise((resolve) => holder.stdout.once("data", resolve));
    holder.stdin.write("why?\n");
    await answered;
    const refused = await chat(cwd, ["analyst", "--session", "ada"], "why?");
    expect({ code: refused.code, stdout: refused.stdout }).toEqual({ code: 2, stdout: "" });
    expect(refused.stderr).toContain(`The session "ada" is in use: the process ${holder.pid} has it.`);
    const ended = new Promise((resolve) => holder.once("close", resolve));
    holder.kill("SIGTERM");
    expect(await ended).toBe(143);
    expect(existsSync(join(cwd, ".tantra/sessions/ada.lock"))).toBe(false);
  });

  test("cannot lead out of its folder, and a damaged one is told with its line", async () => {
    const cwd = folder({
      "package.json": "{}",
      "t.tantra": program,
      "r.json": "{}",
      "wait.ts": wait,
      ".tantra/sessions/ada.jsonl": '{"session":"ada","agent":"analyst"}\noops\n',
    });
    const out = await chat(cwd, ["analyst", "--session", "../../ada"], "why?");
    expect([out.code, out.stderr]).toEqual([2, expect.stringContaining('"../../ada" cannot be the name of a session.')]);
    const damaged = await chat(cwd, ["analyst", "--session", "ada"], "why?");
    expect([damaged.code, damaged.stderr]).toEqual([2, expect.stringContaining(".tantra/sessions/ada.jsonl:2:1")]);
  });
});

test.each<readonly [string, readonly string[], string]>([
  ["no file", [], "A chat needs a file and the name of an agent in it."],
  ["no agent", ["t.tantra"], "Name one after the file: analyst, patient, counter"],
  ["an agent that is not there", ["t.tantra", "analist"], 'Did you mean "analyst"?'],
  ["a workflow", ["t.tantra", "trip"], '"trip" is a workflow, and no agent.'],
  ["an input that is not there", ["t.tantra", "analyst", "--topc", "x"], "Did you mean --topic?"],
  ["a flag of another command", ["t.tantra", "analyst", "--json"], "tantra chat takes no --json."],
  ["a session without a name", ["t.tantra", "analyst", "--session"], "--session has no value."],
  ["inputs from where the messages come from", ["t.tantra", "analyst", "--input", "-"], "Give --input a file."],
])("a chat with %s does not begin", async (_name, args, words) => {
  const ran = await tantra(["chat", ...args], { cwd: project(), stdin: "why?\n" });
  expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code: 2, stdout: "" });
  expect(ran.stderr).toContain(words);
});

test("run tells of an agent that can only be talked to how that is done", async () => {
  const ran = await tantra(["run", "t.tantra", "analyst"], { cwd: project() });
  expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining("Talk with it: tantra chat FILE analyst")]);
});
