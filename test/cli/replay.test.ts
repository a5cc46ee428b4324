import type { ChildProcess } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it, onTestFinished } from "vitest";
import { recordingSchema } from "../../src/journal/recording.schema.ts";
import { folder } from "../host/folder.ts";
import { started } from "../support/mcp-program.ts";
import { brokenStream, chatOf, openaiServer, reply, type ServedRequest, silence, status } from "../support/openai-server.ts";
import { tantra } from "./tantra.ts";

const program = `provider llm = openai { api_key: env.OPENAI_API_KEY, base_url: env.OPENAI_BASE_URL }
model m = llm("gpt-5-mini") { price: { input: $1, output: $2 } }
tool look(what: string) -> string from "./t.ts" { options: { token: env.LOOK_TOKEN } }
agent finder(q: string) { model: m, prompt: "Find \${q}", tools: [look] }
agent writer(facts: string[]) { model: m, prompt: "Write of \${json(facts)}" }
workflow main(topics: string[] = ["tides", "winds"]) {
  let facts = parallel for topic in topics { finder(topic) }
  return writer(facts)
}
`;
const files = {
  "package.json": "{}",
  "main.tantra": program,
  "t.ts": `import { appendFileSync } from "node:fs";
export function look({ what }) { appendFileSync(new URL("./looked.txt", import.meta.url), what + "\\n"); return "seen " + what; }`,
};
const env = { OPENAI_API_KEY: "sk-a-very-secret-key", LOOK_TOKEN: "look-token-secret" };

/** Answers by what it is asked, so that the order of requests does not matter. `slow`: what waits for a while. */
function answering(slow = "") {
  return (request: ServedRequest) => {
    const messages = chatOf(request)?.messages ?? [];
    const said = messages.map(({ content }) => content ?? "").join("\n");
    const latency = slow !== "" && said.includes(slow) ? { latency: 60 } : {};
    if (said.startsWith("Write")) return reply(`A text: ${said}`, latency);
    const topic = said.split("\n")[0]?.slice(5) ?? "";
    if (messages.at(-1)?.role === "tool") return reply(`${topic}: ${messages.at(-1)?.content}`, latency);
    return reply("", { toolCalls: [{ id: `call_${topic}`, name: "look", arguments: JSON.stringify({ what: topic }) }], ...latency });
  };
}

async function recorded(more: readonly string[] = [], slow = "") {
  const server = await openaiServer(answering(slow));
  onTestFinished(() => server.close());
  const cwd = folder(files);
  const served = { ...env, OPENAI_BASE_URL: server.url };
  const ran = await tantra(["run", "main.tantra", "--record", "rec.jsonl", ...more], { cwd, env: served });
  expect(ran, ran.stderr).toMatchObject({ code: 0 });
  return { cwd, server, ran, served, text: readFileSync(join(cwd, "rec.jsonl"), "utf8") };
}
const looked = (cwd: string): number => {
  try {
    return readFileSync(join(cwd, "looked.txt"), "utf8").split("\n").length - 1;
  } catch {
    return 0;
  }
};

describe("a recording", () => {
  it("is replayed with no connection, no key, no tool and no module: the value is the same", async () => {
    const { cwd, server, ran } = await recorded();
    const { connections } = server;
    rmSync(join(cwd, "t.ts"));
    writeFileSync(join(cwd, "t.ts"), "throw new Error('loaded');");
    rmSync(join(cwd, "looked.txt"));
    const again = await tantra(["run", "--replay", "rec.jsonl"], { cwd });
    expect(again).toMatchObject({ code: 0, stdout: ran.stdout });
    expect(again.stderr).toMatch(/Replayed: nobody was charged for 5 calls; recording them cost \$0\.0\d+\./);
    expect(server.connections).toBe(connections);
    expect(looked(cwd)).toBe(0);
    // It is no run of its own: only the one that was recorded is kept.
    expect(readdirSync(join(cwd, ".tantra/runs")).filter((name) => name.endsWith(".jsonl"))).toHaveLength(1);
    const json = await tantra(["run", "main.tantra", "--replay", "rec.jsonl", "--json", "--quiet"], { cwd });
    expect(JSON.parse(json.stdout)).toMatchObject({ cost: { usd: 0, calls: 0, replayed: { calls: 5 } }, usage: { input: 0 } });
  });

  it("is the same, byte for byte, however the branches ran, and has no time and no secret", async () => {
    const one = await recorded(["--no-journal"], "tides");
    const two = await recorded([], "winds");
    expect(two.text).toBe(one.text);
    expect(readdirSync(one.cwd)).not.toContain(".tantra");
    expect(one.text).not.toMatch(/"(?:at|seq|durationMs|sum|runId|waitedMs|firstChunkMs)"/);
    for (const secret of Object.values(env)) expect(one.text).not.toContain(secret);
    const validate = new Ajv2020({ strict: false }).compile(recordingSchema);
    for (const line of one.text.trimEnd().split("\n")) expect(validate(JSON.parse(line)), `${line} ${JSON.stringify(validate.errors)}`).toBe(true);
    const asks = one.text.split("\n").flatMap((line) => /^\{"asks":"([^"]*)"/.exec(line)?.[1] ?? []);
    expect(asks).toEqual([0, 1].flatMap((n) => [0, 1].map((turn) => `main/facts[${n}]/finder/turn[${turn}]`)).concat("main/writer/turn[0]"));
  });

  it("is made of a run that is kept, too, and the run's own file is one", async () => {
    const { cwd, text, ran } = await recorded();
    const made = await tantra(["record", "last"], { cwd });
    expect(made).toMatchObject({ code: 0, stdout: text });
    const [file = ""] = readdirSync(join(cwd, ".tantra/runs")).filter((name) => name.endsWith(".jsonl"));
    const path = `.tantra/runs/${file}`;
    const before = readFileSync(join(cwd, path), "utf8");
    expect(await tantra(["run", "--replay", path], { cwd })).toMatchObject({ code: 0, stdout: ran.stdout });
    expect(readFileSync(join(cwd, path), "utf8")).toBe(before);
    const live = await tantra(["run", "--replay", path, "--replay-missing", "live"], { cwd });
    expect(live).toMatchObject({ code: 2 });
    expect(live.stderr).toContain(`tantra record ${file.replace(".jsonl", "")} FILE`);
  });

  it("stops at a request that differs, and shows how", async () => {
    const { cwd, server } = await recorded();
    const { connections } = server;
    writeFileSync(join(cwd, "main.tantra"), program.replace("Write of", "Write briefly of"));
    const ran = await tantra(["run", "main.tantra", "--replay", "rec.jsonl", "--quiet"], { cwd });
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toContain(`error T654: unlike the recording
What "writer" asks its model is not what was recorded in rec.jsonl.

    ┌─ main.tantra:5:1 in main/writer/turn[0]`);
    expect(ran.stderr).toContain(`  @@ message 1 (user) @@
  - Write of ["tides: seen tides","winds: seen winds"]
  + Write briefly of ["tides: seen tides","winds: seen winds"]`);
    const json = await tantra(["run", "main.tantra", "--replay", "rec.jsonl", "--quiet", "--json"], { cwd });
    expect(JSON.parse(json.stdout).error).toMatchObject({
      code: "T654",
      path: "main/writer/turn[0]",
      diff: expect.arrayContaining(["@@ message 1 (user) @@"]),
    });
    expect(server.connections).toBe(connections);
  });

  it("says so where the input differs, and where it has nothing", async () => {
    const { cwd, text } = await recorded();
    const other = await tantra(["run", "main.tantra", "--replay", "rec.jsonl", "--topics", '["tides","moons"]', "--quiet"], { cwd });
    expect(other).toMatchObject({ code: 1 });
    expect(other.stderr).toMatch(/T654[\s\S]*- Find winds\n\s+\+ Find moons/);
    const more = await tantra(["run", "main.tantra", "--replay", "rec.jsonl", "--topics", '["tides","winds","moons"]', "--quiet"], { cwd });
    expect(more).toMatchObject({ code: 1 });
    expect(more.stderr).toContain('"finder" asks its model in turn[0] of main/facts[2]/finder, and rec.jsonl has nothing of that.');
    const lines = text.trimEnd().split("\n");
    const from = lines.findIndex((line) => line.includes('"asks":"main/writer'));
    writeFileSync(join(cwd, "short.jsonl"), `${lines.slice(0, from).join("\n")}\n`);
    const short = await tantra(["run", "--replay", "short.jsonl", "--quiet"], { cwd });
    expect(short).toMatchObject({ code: 1 });
    expect(short.stderr).toMatch(
      /error T655: not recorded\n"writer" asks its model in turn\[0\] of main\/writer, and short.jsonl has nothing of that\.\n\n.*main.tantra:5:1/,
    );
    writeFileSync(join(cwd, "main.tantra"), program.replace('"seen', '"seen').replace("what: string", "what: string, how: string?"));
    const tool = await tantra(["run", "--replay", "rec.jsonl", "--quiet"], { cwd });
    expect(tool.stderr).toMatch(/@@ tool look @@[\s\S]*\+ +"how"/);
  });

  it("asks for what is new with --replay-missing live, and keeps the rest", async () => {
    const { cwd, server, served, text } = await recorded();
    const before = server.requests.length;
    writeFileSync(join(cwd, "main.tantra"), program.replace("Write of", "Write briefly of"));
    const ran = await tantra(["run", "--replay", "rec.jsonl", "--replay-missing", "live", "--topics", '["tides"]'], { cwd, env: served });
    expect(ran).toMatchObject({ code: 0, stdout: 'A text: Write briefly of ["tides: seen tides"]\n' });
    expect(server.requests.length - before).toBe(1);
    expect(looked(cwd)).toBe(2);
    expect(ran.stderr).toContain("rec.jsonl is written anew: 1 step was done anew; 3 are no longer come by and left out (main/facts[1]/finder/turn[0]");
    expect(ran.stderr).toContain("Replayed: nobody was charged for 2 calls");
    const now = readFileSync(join(cwd, "rec.jsonl"), "utf8");
    expect(now).not.toContain("winds");
    expect(now).toContain('"input":{"topics":["tides"]}');
    // What was read stands as it stood.
    for (const line of text.split("\n").filter((each) => each.includes("main/facts[0]"))) expect(now).toContain(line);
    expect(await tantra(["run", "--replay", "rec.jsonl"], { cwd })).toMatchObject({ code: 0, stdout: ran.stdout });
    const again = await tantra(["run", "--replay", "rec.jsonl", "--replay-missing", "live"], { cwd, env: served });
    expect(again.stderr).not.toContain("written anew");
    expect(server.requests.length - before).toBe(1);
  });

  it("loses nothing when a live replay fails half-way, and does not keep that failure", async () => {
    const { cwd, server, served, text } = await recorded();
    const failing = await openaiServer([status(401, { error: { message: "no" } })]);
    onTestFinished(() => failing.close());
    writeFileSync(join(cwd, "main.tantra"), program.replace("Write of", "Write briefly of"));
    const down = await tantra(["run", "--replay", "rec.jsonl", "--replay-missing", "live"], { cwd, env: { ...served, OPENAI_BASE_URL: failing.url } });
    expect(down).toMatchObject({ code: 1 });
    const kept = readFileSync(join(cwd, "rec.jsonl"), "utf8");
    expect(kept).not.toContain('{"failed"');
    for (const line of text.split("\n").filter((each) => each.includes("main/facts"))) expect(kept).toContain(line);
    const before = server.requests.length;
    expect(await tantra(["run", "--replay", "rec.jsonl", "--replay-missing", "live"], { cwd, env: served })).toMatchObject({ code: 0 });
    expect(server.requests.length - before).toBe(1);
  });
});

describe("a recording of a run that failed", () => {
  const agents = `provider llm = openai { api_key: env.OPENAI_API_KEY, base_url: env.OPENAI_BASE_URL }
model m = llm("gpt-5-mini") { retry: none }
agent a(q: string) { model: m, prompt: "\${q}" }
`;

  async function failed(body: string, script: Parameters<typeof openaiServer>[0]) {
    const server = await openaiServer(script);
    onTestFinished(() => server.close());
    const cwd = folder({ "package.json": "{}", "main.tantra": `${agents}workflow main() { ${body} }` });
    const ran = await tantra(["run", "main.tantra", "--record", "rec.jsonl", "--quiet", "--json"], { cwd, env: { ...env, OPENAI_BASE_URL: server.url } });
    const { connections } = server;
    const again = await tantra(["run", "--replay", "rec.jsonl", "--quiet", "--json"], { cwd });
    expect(server.connections).toBe(connections);
    return { cwd, ran: JSON.parse(ran.stdout), again: JSON.parse(again.stdout), code: [ran.code, again.code] };
  }

  it("fails of the same", async () => {
    const { ran, again, code } = await failed('let x = a("one")\n a(x)', [reply("two"), status(429, { error: { message: "slow down" } })]);
    expect(code).toEqual([1, 1]);
    expect(ran.error.code).toBe("T601");
    expect(again.error).toEqual(ran.error);
  });

  it("goes on from what was caught, in branches too, in the same way", async () => {
    const body = `let x = a("one") catch err { "caught " + err.class }
  let all = parallel(on_error: collect) for q in ["p", "q"] { a(q) }
  return x + json(all)`;
    const answer = (request: ServedRequest) => {
      const said = chatOf(request)?.messages.at(-1)?.content;
      return said === "one" ? status(401, { error: { message: "no" } }) : said === "q" ? brokenStream(["half"], "reset") : reply("fine");
    };
    const { ran, again, code } = await failed(body, answer);
    expect(code, JSON.stringify(ran.error)).toEqual([0, 0]);
    expect(again.value).toBe(ran.value);
  });

  it("blames the branch that failed, though another one was stopped for it", async () => {
    const body = 'parallel { let one = a("one")\n let two = a("two") }\n return one + two';
    const { ran, again } = await failed(body, (request) =>
      chatOf(request)?.messages.at(-1)?.content === "two" ? status(401, { error: { message: "no" } }) : silence(),
    );
    expect(again.error).toEqual(ran.error);
    expect(again.error).toMatchObject({ class: "auth", path: "main/parallel/two/a/turn[0]" });
  });

  it("plays as far as a run got that was killed, and says where that is", async () => {
    let running: ChildProcess | undefined;
    const server = await openaiServer([reply("two"), () => running?.kill("SIGKILL")]);
    onTestFinished(() => server.close());
    const cwd = folder({ "package.json": "{}", "main.tantra": `${agents}workflow main() { let x = a("one")\n a(x) }` });
    await tantra(["run", "main.tantra", "--verbose"], {
      cwd,
      env: { ...env, OPENAI_BASE_URL: server.url },
      onError: (_stderr, child) => {
        running = child;
      },
    });
    const [file] = readdirSync(join(cwd, ".tantra/runs")).filter((name) => name.endsWith(".jsonl"));
    const again = await tantra(["run", "--replay", `.tantra/runs/${file}`, "--quiet"], { cwd });
    expect(again).toMatchObject({ code: 1 });
    expect(again.stderr).toMatch(/error T655: not recorded\n"a" asks its model in turn\[0\] of main\/a/);
  });
});

describe("a replay needs nothing of a vendor", () => {
  it.each(["anthropic", "gemini"])("of %s: no key and no package", async (kind) => {
    const main = `provider llm = ${kind} { api_key: env.SOME_KEY }
model m = llm("a-model") { max_tokens: 100 }
type Fact { claim: string(min: 1, max: 5), n: int }
agent a() -> Fact { model: m, prompt: "Go." }
`;
    const cwd = folder({ "package.json": "{}", "main.tantra": main });
    const plain = await tantra(["run", "main.tantra", "--simulate", "--record", "rec.jsonl", "--quiet"], { cwd });
    expect(plain, plain.stderr).toMatchObject({ code: 0 });
    const again = await tantra(["run", "--replay", "rec.jsonl", "--quiet"], { cwd });
    expect(again).toMatchObject({ code: 0, stdout: plain.stdout });
    // Recorded with the simulator, the schema is whole; what the vendor refuses is left out of what it would be asked.
    writeFileSync(join(cwd, "real.jsonl"), readFileSync(join(cwd, "rec.jsonl"), "utf8").replace('"simulate":true,', ""));
    const real = await tantra(["run", "--replay", "real.jsonl", "--quiet"], { cwd });
    expect(real.stderr).toMatch(/@@ output @@[\s\S]*- +"minLength"/);
    expect(real.code).toBe(1);
  });
});

describe("a file that cannot be replayed", () => {
  const cwd = () =>
    folder({
      "package.json": "{}",
      "main.tantra": 'provider llm = simulator\nmodel m = llm("gpt-5")\nagent a() { model: m, prompt: "x" }',
      "other.tantra": 'provider llm = simulator\nmodel m = llm("gpt-5")\nagent a() { model: m, prompt: "x" }',
    });
  const head = '{"tantra":"recording","version":1,"file":"main.tantra","main":"main.tantra#a","input":{}}\n';
  it.each([
    ["is missing", undefined, "T623", "There is no recording rec.jsonl."],
    ["is empty", "", "T651", ""],
    ["is no JSON", `${head}nope\n`, "T651", "rec.jsonl:2:1"],
    ["has a line of another kind", `${head}{"x":1}\n`, "T651", "This is no line of a recording."],
    ["has a field too many", `${head}{"asks":"a/turn[0]","agent":"a","when":1}\n`, "T651", "/when must NOT have additional properties"],
    ["lacks a reply", `${head}{"asks":"a/turn[0]","agent":"a"}\n`, "T651", 'After line 2 comes a line with "reply" or "failed".'],
    ["has a reply to nothing", `${head}{"reply":{"text":"x"}}\n`, "T651", 'A line with "reply" belongs to one before it'],
    ["is of a newer version", head.replace('"version":1', '"version":9'), "T651", "A newer Tantra has written this (version 9; this one reads 1)."],
    ["is of another program", head.replaceAll("main.tantra", "other.tantra"), "T651", "This is a recording of other.tantra, and not of main.tantra."],
    ["is of what is no more", head.replace("#a", "#b"), "T651", 'This is a recording of "main.tantra#b", which main.tantra does not have any more.'],
    ["is another file", '{"a":1}\n', "T651", "This is no file of a run."],
    ["is a run's, and damaged", '{"n":1,"tantra":"run","version":1,"sum":"000000000000"}\n{"n":2,"sum":"000000000000"}\n', "T651", ""],
    ["is a folder", "/", "T623", "it is a folder"],
  ])("%s", async (_what, text, code, message) => {
    const at = cwd();
    if (text !== undefined && text !== "/") writeFileSync(join(at, "rec.jsonl"), text);
    const ran = await tantra(["run", "main.tantra", "--replay", text === "/" ? "." : "rec.jsonl", "--quiet"], { cwd: at });
    expect(ran, ran.stderr).toMatchObject({ code: 2, stdout: "" });
    expect(ran.stderr).toContain(`error ${code}`);
    expect(ran.stderr).toContain(message);
    expect(ran.stderr).not.toMatch(/\n\s+at .*:\d+/);
  });

  it.each([
    [["--replay", "r", "--simulate"], "cannot go with --simulate"],
    [["--replay", "r", "--record", "s"], "cannot go with --record"],
    [["--replay-missing", "live"], "there is none"],
    [["--replay", "r", "--replay-missing", "maybe"], "--replay-missing is stop or live, and not maybe."],
  ])("flags that do not go together: %s", async (flags, message) => {
    const ran = await tantra(["run", "main.tantra", ...flags], { cwd: cwd() });
    expect(ran).toMatchObject({ code: 2 });
    expect(ran.stderr).toContain(message);
  });
});

it("a replay starts no MCP server: what it lists stands in the recording", async () => {
  const main = `provider llm = simulator { replies: "./r.json" }
model m = llm("gpt-5-mini")
mcp files { ${started()} }
agent helper() { model: m, prompt: "Begin.", tools: [files.*] }
`;
  const replies = { helper: [{ tool_calls: [{ name: "files_echo", arguments: { text: "hello" } }] }, { text: "Done." }] };
  const cwd = folder({ "package.json": "{}", "main.tantra": main, "r.json": JSON.stringify(replies) });
  const ran = await tantra(["run", "main.tantra", "--record", "rec.jsonl", "--quiet"], { cwd });
  expect(ran, ran.stderr).toMatchObject({ code: 0, stdout: "Done.\n" });
  rmSync(join(cwd, "log.txt"));
  const again = await tantra(["run", "--replay", "rec.jsonl", "--quiet"], { cwd });
  expect(again, again.stderr).toMatchObject({ code: 0, stdout: "Done.\n" });
  expect(readdirSync(cwd)).not.toContain("log.txt");
  const kinds = readFileSync(join(cwd, "rec.jsonl"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => Object.keys(JSON.parse(line))[0]);
  expect(kinds).toEqual(["tantra", "server", "asks", "role", "reply", "calls", "result", "asks", "role", "role", "reply"]);
});

it("a session is played from the recording, and not touched", async () => {
  const main = `provider llm = simulator { replies: "./r.json" }
model m = llm("gpt-5-mini")
agent friend() { model: m, system: "Be kind." }
workflow main() {
  let talk = chat friend() session "ada"
  return talk.send("Hello")
}`;
  const cwd = folder({ "package.json": "{}", "main.tantra": main, "r.json": '{ "friend": [{ "text": "Good day.", "times": "always" }] }' });
  const first = await tantra(["run", "main.tantra", "--record", "one.jsonl", "--quiet"], { cwd });
  expect(first, first.stderr).toMatchObject({ code: 0 });
  await tantra(["run", "main.tantra", "--record", "two.jsonl", "--quiet"], { cwd });
  const session = readFileSync(join(cwd, ".tantra/sessions/ada.jsonl"), "utf8");
  for (const name of ["one.jsonl", "two.jsonl"]) {
    const again = await tantra(["run", "--replay", name, "--quiet"], { cwd });
    expect(again, again.stderr).toMatchObject({ code: 0, stdout: "Good day.\n" });
  }
  expect(readFileSync(join(cwd, ".tantra/sessions/ada.jsonl"), "utf8")).toBe(session);
});
