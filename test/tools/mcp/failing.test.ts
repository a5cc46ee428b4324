import { join } from "node:path";
import { expect, test } from "vitest";
import type { RunEvent } from "../../../src/agent/events.ts";
import type { Json, JsonObject } from "../../../src/diagnostics/json.ts";
import type { McpNode } from "../../../src/graph/graph.ts";
import { openToolServer } from "../../../src/host/open-tool-server.ts";
import { openProject } from "../../../src/host/project.ts";
import { folder } from "../../host/folder.ts";
import { agent, broken, isAlive, logOf, pidsOf, runWith, started } from "../../support/mcp-program.ts";

const call = (name: string, args: JsonObject = {}): Json => ({ name, arguments: args });
const once = (body: string): string => `workflow main() -> json { ${body} }\n`;
/** What a model was told that its calls came to, in the last request. */
const toldModel = (events: readonly RunEvent[]): readonly string[] => {
  const requests = events.flatMap((event) => (event.type === "model.requested" ? [event.request] : []));
  return requests.at(-1)?.messages.flatMap((message) => (message.role === "tool" ? [message.content] : [])) ?? [];
};

test("a server that ends at once is told with how it ended and its last words, without secrets", async () => {
  const source = `mcp s { ${broken("exits", "env: { KEY: env.MY_KEY }")} }\n${once("s.look()")}`;
  const { failure } = await runWith(source, { env: { ...process.env, MY_KEY: "sk-secret-123456" } });
  expect(failure).toMatchObject({ code: "T640", class: "tool_error", place: "main.tantra:1:1" });
  expect(failure?.message).toContain('The MCP server "s" did not start');
  expect(failure?.message).toContain("It ended with exit code 2.");
  expect(failure?.message).toContain("Usage: server --folder DIR\nkey was [secret]");
  expect(failure?.hint).toMatch(/^To see what it says, start it by hand: .*mcp-broken-server\.ts exits log\.txt$/);
});

test("a program that is not there is found before anything runs, with its place", async () => {
  const source =
    'mcp s { command: "no-such-program-of-ours" }\nmcp t { command: "./tools/none" }\nworkflow main() -> json { let a = s.look()\n  [a, t.look()] }\n';
  const thrown = await runWith(source).catch((error: unknown) => error);
  expect(thrown).toMatchObject({
    code: "T640",
    place: "main.tantra:1:1",
    message: 'There is no program "no-such-program-of-ours" to start the MCP server with.',
    others: [{ code: "T640", place: "main.tantra:2:1", hint: "A path counts from the project's root." }],
  });
});

test("a variable that a server needs is missed before anything runs", async () => {
  const source = `mcp s { ${started("env: { KEY: env.NO_SUCH_VARIABLE_OF_OURS }")} }\n${once("s.env()")}`;
  await expect(runWith(source)).rejects.toMatchObject({ code: "T622", message: "The variable NO_SUCH_VARIABLE_OF_OURS is not set." });
});

/** The broken server in a mode, opened by itself, with a clock of the test's own. */
function opened(mode: string, sleep: (ms: number, signal: AbortSignal) => Promise<void>, signal = new AbortController().signal) {
  const root = folder({ "package.json": "{}", "main.tantra": "", "log.txt": "" });
  const script = join(import.meta.dirname, "../../support/mcp-broken-server.ts");
  const node: McpNode = { name: "s", place: "main.tantra:1:1", options: { command: process.execPath, args: [script, mode, "log.txt"] } };
  const project = openProject(join(root, "main.tantra"), {});
  const server = openToolServer(node, { project, variable: () => undefined, env: process.env, sleep }, { signal, warn: () => undefined });
  return { server, root };
}
const never = () => new Promise<void>(() => undefined);

test("a server that hangs at its start, or while it lists its tools, is given up after half a minute and ended", async () => {
  for (const [mode, rounds, what] of [
    ["hang", 1, "did not start"],
    ["unanswered", 1, "did not start"],
    ["unlisted", 2, "did not list its tools"],
  ] as const) {
    let asked = 0;
    const limits: number[] = [];
    const { server, root } = opened(mode, async (ms) => {
      limits.push(ms);
      if (++asked < rounds) return never();
    });
    await expect(server).rejects.toMatchObject({
      code: "T640",
      message: expect.stringContaining(`The MCP server "s" ${what}: there is no answer within 30 s`),
    });
    expect(limits).toContain(30_000);
    expect(pidsOf(logOf(root)).filter(isAlive)).toEqual([]);
  }
});

test("what a server prints beside its messages is shown once, and harms nothing", async () => {
  const told = await runWith(`mcp s { ${broken("garbage")} }\n${once('s.look(at: "x")')}`);
  expect(told.value).toBe('looked at {"at":"x"}');
  expect(told.warnings[0]).toBe('The MCP server "s" prints what is no message to its standard output: Listening on ␛[1mport 7␛[0m');
});

test("a server that dies in the middle is started anew once; then its calls fail in clear words", async () => {
  const turn = (name: string, args: JsonObject = {}): Json => ({ tool_calls: [call(name, args)] });
  const replies = { helper: [turn("s_die"), turn("s_echo", { text: "alive" }), turn("s_die"), turn("s_echo", { text: "gone" }), { text: "Done." }] };
  const told = await runWith(`mcp s { ${started()} }\n${agent("s.*")}`, { replies });
  expect(told.value).toBeUndefined();
  expect(told.failure).toMatchObject({ code: "T640", message: expect.stringContaining('The MCP server "s" ended again after it was started anew.') });
  const failed = told.events.flatMap((event) => (event.type === "tool.failed" ? [event.error.message] : []));
  expect(failed[0]).toContain('The MCP server "s" ended while "die" was being called. It ended with exit code 3.');
  expect(failed[0]).toContain("I have had enough.");
  expect(told.events.flatMap((event) => (event.type === "tool.returned" ? [event.result] : []))).toEqual(["alive"]);
  expect(told.warnings).toEqual([expect.stringContaining('The MCP server "s" ended and is started anew.')]);
  expect(pidsOf(told.log)).toHaveLength(2);
});

test("a call that the server calls harmless is repeated after the restart, once", async () => {
  const told = await runWith(`mcp s { ${started()} }\n${once("s.die_reading()")}`);
  expect(told.failure).toMatchObject({ code: "T640", message: expect.stringContaining('ended while "die_reading" was being called') });
  expect(told.log.filter((line) => line === "died")).toHaveLength(2);
});

test("the rest of a run goes on where the program says so", async () => {
  const told = await runWith(`mcp s { ${broken("exits")} }\n${once("s.look() catch err { as(err.class, json) }")}`);
  expect(told.value).toBe("tool_error");
});

test("a result of 100 MB is refused without being kept, and the server goes on", async () => {
  const replies = { helper: [{ tool_calls: [call("s_big")] }, { tool_calls: [call("s_echo", { text: "still here" })] }, { text: "Done." }] };
  const told = await runWith(`mcp s { ${started()} }\n${agent("s.big, s.echo")}`, { replies });
  expect(told.value).toBe("Done.");
  expect(toldModel(told.events)).toEqual(['{"error":"tool_error"}', "still here"]);
  const failed = told.events.flatMap((event) => (event.type === "tool.failed" ? [event.error] : []));
  expect(failed).toMatchObject([{ code: "T640", message: 'The MCP server "s" answered "big" with more than 16 MB.' }]);
  expect(pidsOf(told.log)).toHaveLength(1);
  const raw = await runWith(`mcp s { ${broken("huge")} }\n${once("s.look()")}`);
  expect(raw.failure?.message).toBe('The MCP server "s" answered "look" with more than 16 MB.');
});

test("10,000 tools are listed, and that a model would see so many is told", async () => {
  const told = await runWith(`mcp s { ${broken("crowd")} }\n${agent("s.*")}`, {
    replies: { helper: [{ tool_calls: [call("s_tool_9999")] }, { text: "Done." }] },
  });
  expect(told.value).toBe("Done.");
  expect(toldModel(told.events)).toEqual(["looked at {}"]);
  expect(told.warnings).toEqual(['The agent "helper" offers its model 10000 tools of MCP servers, which is more than vendors take.']);
});

test("a list that goes round in a circle, or is none, stops what needs the server", async () => {
  const circle = await runWith(`mcp s { ${broken("circle")} }\n${once("s.look()")}`);
  expect(circle.failure?.message).toContain("did not list its tools: its list of tools goes round in a circle.");
  const misfit = await runWith(`mcp s { ${broken("misfit")} }\n${once("s.look()")}`);
  expect(misfit.failure).toMatchObject({ code: "T640", message: expect.stringContaining('The MCP server "s" did not list its tools: ') });
  const odd = await runWith(`mcp s { ${broken("odd")} }\n${once("s.look()")}`);
  expect(odd.failure).toMatchObject({ code: "T640", message: expect.stringContaining('The MCP server "s" gave no answer to "look": ') });
  for (const { log } of [circle, misfit, odd]) expect(pidsOf(log).filter(isAlive)).toEqual([]);
});

test("two tools of one name are an error, from one server or from two places", async () => {
  const twins = await runWith(`mcp s { ${broken("twins")} }\n${agent("s.*")}`);
  expect(twins.failure).toMatchObject({ code: "T440", message: 'A model would see two tools named "s_same" at "helper".' });
  const both = `tool s_echo(text: string) from "./echo.ts"\nmcp s { ${started()} }\n${agent("s_echo, s.*")}`;
  const told = await runWith(both, { files: { "echo.ts": "export const s_echo = () => 1;" } });
  expect(told.failure).toMatchObject({ code: "T440", message: 'A model would see two tools named "s_echo" at "helper".' });
});

test("names that could steer a terminal are made visible, and such a vendor takes", async () => {
  const told = await runWith(`mcp s { ${broken("steering")} }\n${agent("s.*")}`, { replies: { helper: [{ text: "Done." }] } });
  const first = told.events.find((event) => event.type === "model.requested");
  expect(first?.type === "model.requested" ? first.request.tools.map(({ name }) => name) : []).toEqual(["s_red__31m"]);
  const unknown = await runWith(`mcp s { ${broken("steering")} }\n${agent("s.blue")}`);
  expect(unknown.failure?.hint).toBe("It has red␛[31m.");
});

test("schemas that loop, double at each reference or hold a hostile pattern hold nothing up", async () => {
  const hostile = `${"a".repeat(60)}!`;
  const asked = ["looping", "doubling", "patterned", "looking", "elsewhere"].map((name) => call(`s_${name}`, { a: hostile }));
  const replies = { helper: [{ tool_calls: [...asked, call("s_looking", { n: "x" })] }, { text: "Done." }] };
  const told = await runWith(`mcp s { ${broken("schemas")} }\n${agent("s.*")}`, { replies });
  const looked = `looked at {"a":"${hostile}"}`;
  expect(toldModel(told.events)).toEqual([
    looked,
    looked,
    '{"error":"invalid_request","message":"/a must match pattern \\"^(a+)+$\\""}',
    looked,
    looked,
    '{"error":"invalid_request","message":"/n must be number"}',
  ]);
  expect(told.warnings.toSorted()).toEqual([
    'Arguments of "s.elsewhere" are not all checked before the call: its schema cannot be used: can\'t resolve reference https://schemas.example/a.json from id #.',
    'Arguments of "s.looking" are not all checked before the call: its pattern "^(?=b)" cannot be used here.',
  ]);
});

test("a call that takes too long is cancelled at the server, and the next one is answered", async () => {
  const told = await runWith(
    `mcp s { ${started()} }\n${once('let late = s.slow() with { timeout: 50ms } catch err { as(err.class, json) }\n  let next = s.echo(text: "next")\n  [late, next]')}`,
  );
  expect(told.value).toEqual(["timeout", "next"]);
  expect(told.log.slice(1)).toEqual(["slow", "cancelled"]);
});

test("a server's own time limit holds for its tools", async () => {
  const told = await runWith(`mcp s { ${started("timeout: 50ms")} }\n${once("s.slow()")}`);
  expect(told.failure).toMatchObject({ class: "timeout", message: 'The tool "s_slow" did not finish within its 50ms.' });
});

test("no process is left of a run that is cancelled, whatever its server does with the news", async () => {
  for (const options of [started(), broken("stubborn"), broken("wrapper")]) {
    const controller = new AbortController();
    const told = await runWith(`mcp s { ${options} }\n${agent(options === started() ? "s.slow" : "s.look")}`, {
      replies: { helper: [{ tool_calls: [call(options === started() ? "s_slow" : "s_look")] }, { text: "Done.", latency: "1h" }] },
      signal: controller.signal,
      watch(event) {
        if (options === started() ? event.type === "tool.called" : event.type === "tool.returned") controller.abort();
      },
    });
    expect(told.failure?.class).toBe("cancelled");
    const pids = pidsOf(told.log);
    expect(pids.length).toBeGreaterThan(0);
    expect(pids.filter(isAlive), options).toEqual([]);
  }
});

test("a run that is cancelled while its server starts does not wait for it", async () => {
  const controller = new AbortController();
  const told = await runWith(`mcp s { ${broken("hang")} }\n${once("s.look()")}`, {
    signal: controller.signal,
    watch(event, root) {
      if (event.type !== "step.started") return;
      const look = (): void => void (pidsOf(logOf(root)).length > 0 ? controller.abort() : setImmediate(look));
      look();
    },
  });
  expect(told.failure?.class).toBe("cancelled");
  expect(pidsOf(told.log).filter(isAlive)).toEqual([]);
});
