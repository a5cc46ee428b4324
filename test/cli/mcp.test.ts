import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { lockSchema } from "../../src/validation/server-lock.schema.ts";
import { folder } from "../host/folder.ts";
import { agent, broken, isAlive, logOf, pidsOf, started } from "../support/mcp-program.ts";
import { tantra } from "./tantra.ts";

const files = (source: string) => ({ "package.json": "{}", "main.tantra": source, "replies.json": '{"helper":[{"text":"Done."}]}', "log.txt": "" });

test("tantra tools lists every tool as a model would see it, and leaves no server behind", async () => {
  const source = `mcp s { ${started('allow: ["echo", "add"], approve: ["add"]')} }
/// Looks a word up.
tool look(word: string, deep: bool = false) from "./look.ts"
agent expert(question: string) { model: fast, prompt: question }
${agent("look, expert, s.*")}`;
  const root = folder({ ...files(source), "look.ts": "export const look = () => 1;" });
  const ran = await tantra(["tools", "main.tantra"], { cwd: root });
  expect(ran).toEqual({
    code: 0,
    stderr: "",
    stdout: `look  look.ts
  Looks a word up.
  word: string
  deep?: boolean

expert  an agent, main.tantra:4:1
  question: string

s_echo  s.echo
  Says it again.
  text: string

s_add  s.add, asks a person
  a?: number
  b?: number
`,
  });
  const json = await tantra(["tools", "main.tantra", "--json"], { cwd: root });
  expect((JSON.parse(json.stdout) as { tools: object[] }).tools[2]).toEqual({
    name: "s_echo",
    of: "mcp",
    from: "s.echo",
    description: "Says it again.",
    parameters: { type: "object", properties: { text: { type: "string" } }, required: ["text"] },
  });
  const pids = pidsOf(logOf(root));
  expect(pids).toHaveLength(2);
  expect(pids.filter(isAlive)).toEqual([]);
});

test("a server that does not start is an error beside the tools of the others", async () => {
  const source = `mcp bad { ${broken("exits", "env: { KEY: env.MY_KEY }")} }\nmcp s { ${started('allow: ["echo"]')} }\n${agent("bad.*, s.*")}`;
  const ran = await tantra(["tools", "main.tantra"], { cwd: folder(files(source)), env: { MY_KEY: "sk-secret-123456" } });
  expect(ran.code).toBe(1);
  expect(ran.stdout).toContain("s_echo  s.echo");
  expect(ran.stderr).toContain('The MCP server "bad" did not start');
  expect(ran.stderr).toContain("main.tantra:1:1");
  expect(ran.stderr).not.toContain("sk-secret");
});

test("tantra mcp pull writes a lock that check, prompt and runs hold the program to", async () => {
  const source = `mcp s { ${started()} }\n${agent("s.echo")}`;
  const root = folder({ ...files(source), "mcp.lock.json": '{"version":1,"servers":{"other.tantra#s":{"tools":[]},"main.tantra#s":{"tools":[]}}}' });
  const run = (...args: string[]) => tantra(args, { cwd: root });
  expect((await run("check", "main.tantra")).stdout).toContain('The MCP server "s" has no tool "echo".');

  expect(await run("mcp", "pull", "main.tantra")).toEqual({ code: 0, stderr: "", stdout: "mcp.lock.json: s: 20 tools.\n" });
  const text = readFileSync(join(root, "mcp.lock.json"), "utf8");
  const lock = JSON.parse(text) as { servers: Record<string, { server: object; tools: { name: string; description?: string }[] }> };
  expect(new Ajv2020().validate(lockSchema, lock)).toBe(true);
  expect(Object.keys(lock.servers)).toEqual(["main.tantra#s", "other.tantra#s"]);
  expect(lock.servers["main.tantra#s"]?.server).toEqual({ name: "test-tools", version: "1.2.3" });
  const names = lock.servers["main.tantra#s"]?.tools.map(({ name }) => name) ?? [];
  expect(names).toEqual(names.toSorted());
  await run("mcp", "pull", "main.tantra");
  expect(readFileSync(join(root, "mcp.lock.json"), "utf8")).toBe(text);

  expect((await run("check", "main.tantra")).stdout).toBe("No problems in main.tantra.\n");
  expect((await run("prompt", "main.tantra", "helper")).stdout).toContain('"name": "s_echo"');
  writeFileSync(join(root, "main.tantra"), source.replace("s.echo", "s.ecko"));
  const wrong = await run("check", "main.tantra");
  expect(wrong.code).toBe(3);
  expect(wrong.stdout).toContain('Did you mean "echo"?');

  writeFileSync(join(root, "main.tantra"), source);
  expect((await run("run", "main.tantra", "--verbose")).stderr).not.toContain("mcp.lock.json");
  writeFileSync(join(root, "mcp.lock.json"), text.replace("Says it again.", "Does as it is told.").replace('"name": "add"', '"name": "subtract"'));
  const ran = await run("run", "main.tantra");
  expect(ran.code).toBe(0);
  expect(ran.stderr).toContain('The MCP server "s" is not as mcp.lock.json knows it (changed: echo; new: add; gone: subtract).');
});

test("Ctrl-C ends the servers with the run, and twice ends a stubborn one at once", async () => {
  for (const [options, call, signals] of [
    [started(), "slow", 1],
    [broken("stubborn"), "look", 2],
    [broken("wrapper"), "look", 2],
  ] as const) {
    const source = `mcp s { ${options} }\n${agent(`s.${call}`)}`;
    const replies = { helper: [{ tool_calls: [{ name: `s_${call}` }] }, { text: "Done.", latency: "1h" }] };
    const root = folder({ ...files(source), "replies.json": JSON.stringify(replies) });
    let sent = 0;
    const ran = await tantra(["run", "main.tantra", "--verbose"], {
      cwd: root,
      onError(stderr, child) {
        const reached = stderr.includes(`calls s_${call}`);
        if (sent === 0 && reached) {
          sent++;
          child.kill("SIGINT");
        } else if (sent === 1 && signals === 2 && stderr.includes("Winding down")) {
          sent++;
          child.kill("SIGINT");
        }
      },
    });
    expect(ran.code).toBe(130);
    const pids = pidsOf(logOf(root));
    expect(pids.length).toBeGreaterThan(0);
    await expect.poll(() => pids.filter(isAlive), { timeout: 5000 }).toEqual([]);
  }
});

test("tantra mcp takes pull and a file, and says so", async () => {
  const root = folder(files("model fast = llm()"));
  expect(await tantra(["mcp", "push"], { cwd: root })).toMatchObject({ code: 2, stderr: expect.stringContaining("tantra mcp pull FILE.tantra") });
  const none = await tantra(["mcp", "pull", "main.tantra"], {
    cwd: folder(files('provider llm = simulator\nmodel fast = llm("x")\nagent a() { model: fast, prompt: "x" }\n')),
  });
  expect(none).toMatchObject({ code: 0, stdout: "The program has no MCP servers.\n" });
});
