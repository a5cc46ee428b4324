import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sessionStore } from "../../src/host/session-store.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "tantra-sessions-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const folder = () => join(root, ".tantra/sessions");
const files = () => readdirSync(folder()).sort();

test("what is written is read by the next run, and only its file is left", async () => {
  const first = await sessionStore(root).open("ada", "run-1");
  expect([first.file, first.text]).toEqual([".tantra/sessions/ada.jsonl", undefined]);
  await first.write("one\n");
  await first.write("one\ntwo\n");
  await first.close();
  expect(files()).toEqual(["ada.jsonl"]);
  expect(statSync(join(folder(), "ada.jsonl")).mode & 0o077).toBe(0);
  const second = await sessionStore(root).open("ada", "run-2");
  expect(second.text).toBe("one\ntwo\n");
  await second.close();
});

test("a second run of the same process is told that the first one has it", async () => {
  const first = await sessionStore(root).open("ada", "run-1");
  await expect(sessionStore(root).open("ada", "run-2")).rejects.toMatchObject({
    code: "T627",
    message: 'The session "ada" is in use: the run run-1 of this process has it.',
    hint: expect.stringContaining("delete .tantra/sessions/ada.lock"),
  });
  await first.close();
  await (await sessionStore(root).open("ada", "run-2")).close();
});

test("another process is told which one has it, and takes it over when that is gone without a word", async () => {
  const store = pathToFileURL(join(import.meta.dirname, "../../src/host/session-store.ts")).href;
  const script = `const { sessionStore } = await import(${JSON.stringify(store)});
    await (await sessionStore(${JSON.stringify(root)}).open("ada", "theirs")).write("kept");
    process.stdout.write("held");
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  await new Promise((resolve) => child.stdout.once("data", resolve));
  await expect(sessionStore(root).open("ada", "ours")).rejects.toThrow(`The session "ada" is in use: the process ${child.pid} has it.`);
  const gone = new Promise((resolve) => child.once("close", resolve));
  child.kill("SIGKILL");
  await gone;
  expect(files()).toContain("ada.lock");
  const ours = await sessionStore(root).open("ada", "ours");
  expect(ours.text).toBe("kept");
  await ours.close();
  expect(files()).toEqual(["ada.jsonl"]);
});

test("a lock of another machine holds, and so does one that cannot be read", async () => {
  mkdirSync(folder(), { recursive: true });
  const lock = join(folder(), "ada.lock");
  for (const text of [JSON.stringify({ run: "r", pid: 1, host: `not-${hostname()}` }), "", "nonsense"]) {
    writeFileSync(lock, text);
    await expect(sessionStore(root).open("ada", "run-1")).rejects.toMatchObject({ code: "T627" });
    expect(readFileSync(lock, "utf8")).toBe(text);
  }
});

test("a file that is no text, and a place that is no folder, are told", async () => {
  mkdirSync(folder(), { recursive: true });
  writeFileSync(join(folder(), "ada.jsonl"), Buffer.from([0xff, 0xfe, 0x00]));
  await expect(sessionStore(root).open("ada", "run-1")).rejects.toThrow(".tantra/sessions/ada.jsonl cannot be used: it is not UTF-8 text.");
  expect(files()).toEqual(["ada.jsonl"]);
  mkdirSync(join(folder(), "bob.jsonl"));
  await expect(sessionStore(root).open("bob", "run-1")).rejects.toThrow("it is a folder");
  rmSync(folder(), { recursive: true });
  writeFileSync(folder(), "");
  await expect(sessionStore(root).open("ada", "run-1")).rejects.toMatchObject({ code: "T627" });
});

test("what cannot be written leaves nothing half written", async () => {
  const session = await sessionStore(root).open("ada", "run-1");
  mkdirSync(join(folder(), "ada.jsonl"));
  await expect(session.write("two")).rejects.toThrow(".tantra/sessions/ada.jsonl cannot be used: it is a folder.");
  await session.close();
  expect(files()).toEqual(["ada.jsonl"]);
});
