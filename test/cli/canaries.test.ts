import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { folder } from "../host/folder.ts";
import { chatOf, openaiServer, reply, status } from "../support/openai-server.ts";
import { tantra } from "./tantra.ts";

/** None of them may be found in anything that a run leaves. */
const canaries = {
  OPENAI_API_KEY: 'sk-canary-"key"/1+2',
  HEADER: "canary header value ü",
  TOOL_TOKEN: "canary\\tool&token=?",
  PASSWORD: "canary:pass word",
};

function forms(secret: string): string[] {
  const base64 = Buffer.from(secret).toString("base64").replace(/=+$/, "");
  const inHeader = Buffer.from(`user:${secret}`).toString("base64");
  const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);
  const json = inJson(secret);
  return [
    secret,
    json,
    inJson(json),
    inJson(inJson(json)),
    inJson(inJson(inJson(json))),
    encodeURIComponent(secret),
    base64.slice(0, -2),
    inHeader.slice(8, -4),
  ];
}

/** The texts of all files below a folder, but for those of the program. */
function written(folderPath: string, own: readonly string[]): [string, string][] {
  return readdirSync(folderPath).flatMap((name): [string, string][] => {
    const path = join(folderPath, name);
    if (own.includes(name)) return [];
    return statSync(path).isDirectory() ? written(path, own) : [[path, readFileSync(path, "utf8")]];
  });
}

const tool = `export function look({ how }, { options }) {
  const { token } = options;
  if (how === "plain") return "It is " + token;
  if (how === "url") return "https://host/?t=" + encodeURIComponent(token);
  if (how === "base64") return Buffer.from(token).toString("base64");
  if (how === "json") return JSON.stringify({ deep: JSON.stringify({ token }) });
  throw new Error("I failed with " + token);
}`;

const program = (base: string) => `provider llm = openai { api_key: env.OPENAI_API_KEY, base_url: ${base}, headers: { "x-mark": env.HEADER } }
model m = llm("gpt-5-mini") { retry: none }
tool look(how: string) -> string from "./t.ts" { options: { token: env.TOOL_TOKEN } }
agent a(q: string) { model: m, prompt: "See \${q}", tools: [look] }
agent doomed() { model: m, prompt: "Fail." }
workflow main(q: string) {
  let x = a(q)
  let y = doomed() catch err { err.message }
  let talk = chat a(y) session "s"
  let z = talk.send("more")
  return "done"
}`;

it("no secret is in what a run, a recording or a replay leaves, in whatever form it came", async () => {
  const hows = ["plain", "url", "base64", "json", "error"];
  const server = await openaiServer((request) => {
    const messages = chatOf(request)?.messages ?? [];
    const authorization = String(request.headers["authorization"]);
    if (messages[0]?.content === "Fail.") return status(401, { error: { message: `Wrong key: ${authorization} (${request.headers["x-mark"]})` } });
    if (messages.at(-1)?.role === "tool") return reply(`I have seen ${messages.map(({ content }) => content).join(" and ")} with ${authorization}`);
    return reply("", { toolCalls: hows.map((how) => ({ id: how, name: "look", arguments: JSON.stringify({ how }) })) });
  });
  onTestFinished(() => server.close());
  const own = ["main.tantra", "t.ts", "package.json", "input.json"];
  const cwd = folder({ "package.json": "{}", "main.tantra": program(JSON.stringify(server.url)), "t.ts": tool });
  const env = { ...canaries, HEADER: "canary-header-value" };
  const secrets = Object.values({ ...env });
  writeFileSync(join(cwd, "input.json"), JSON.stringify({ q: `my key ${canaries.OPENAI_API_KEY}` }));
  const flags = ["--input", "input.json", "--verbose", "--trust", "127.0.0.1"];
  const ran = await tantra(["run", "main.tantra", ...flags, "--record", "rec.jsonl", "--events", "events.jsonl"], { cwd, env });
  expect(ran, ran.stderr).toMatchObject({ code: 0, stdout: "done\n" });
  expect(server.requests.length).toBeGreaterThan(4);

  const replayed = await tantra(["run", "main.tantra", "--replay", "rec.jsonl", "--verbose"], { cwd });
  expect(replayed, replayed.stderr).toMatchObject({ code: 0, stdout: "done\n" });
  const withKeys = await tantra(["run", "main.tantra", "--replay", "rec.jsonl", "--input", "input.json", "--json", "--events", "again.jsonl"], { cwd, env });
  expect(withKeys, withKeys.stderr).toMatchObject({ code: 0 });
  writeFileSync(join(cwd, "main.tantra"), program(JSON.stringify(server.url)).replace("See", "Look at"));
  const differs = await tantra(["run", "main.tantra", "--replay", "rec.jsonl", "--input", "input.json", "--json"], { cwd, env });
  expect(differs.code).toBe(1);
  expect(differs.stderr).toContain("T654");

  const left = written(cwd, own);
  expect(left.map(([path]) => path.slice(cwd.length + 1))).toEqual(
    expect.arrayContaining(["rec.jsonl", "events.jsonl", "again.jsonl", ".tantra/sessions/s.jsonl"]),
  );
  const streams = [ran, replayed, withKeys, differs].flatMap(({ stdout, stderr }): [string, string][] => [
    ["stdout", stdout],
    ["stderr", stderr],
  ]);
  for (const [what, text] of [...left, ...streams]) {
    for (const secret of secrets) for (const form of forms(secret)) expect(text.includes(form), `${what} shows ${form}`).toBe(false);
  }
  // What is blotted out is there: the test looks at the right things.
  expect(readFileSync(join(cwd, "rec.jsonl"), "utf8").split("[secret]").length).toBeGreaterThan(8);
});

it("no password of an address is in what a run leaves", async () => {
  const server = await openaiServer(() => reply("fine"));
  onTestFinished(() => server.close());
  const cwd = folder({ "package.json": "{}", "main.tantra": program("env.OPENAI_BASE_URL"), "t.ts": tool });
  const address = server.url.replace("://", `://some-canary-user:${encodeURIComponent(canaries.PASSWORD)}@`);
  const env = { ...canaries, HEADER: "canary-header-value", OPENAI_BASE_URL: address };
  const ran = await tantra(["run", "main.tantra", "--q", "x", "--verbose", "--record", "rec.jsonl", "--events", "events.jsonl"], { cwd, env });
  for (const [what, text] of [...written(cwd, ["main.tantra"]), ["stderr", ran.stderr], ["stdout", ran.stdout]] as const) {
    for (const secret of ["some-canary-user", canaries.PASSWORD])
      for (const form of forms(secret)) expect(text.includes(form), `${what} shows ${form}`).toBe(false);
  }
});
