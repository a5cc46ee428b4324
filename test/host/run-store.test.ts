import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import type { RunEvent } from "../../src/agent/events.ts";
import { type FileSystem, fileSystem } from "../../src/host/journal-file.ts";
import { type OpenRun, type RunStore, runStore } from "../../src/host/run-store.ts";
import type { RunHead } from "../../src/journal/kept-run.ts";
import { folder } from "./folder.ts";

const id = "20261104-153012-9f2c41d07b";
const headOf = (run: string, at = 1): RunHead => ({ run, at, file: "main.tantra", sources: [], main: "main.tantra#main", input: {}, seed: run });
const warning = (seq: number, message = "odd"): RunEvent => ({ seq, at: seq, runId: id, path: "main", type: "warning", message });
const resumption = { at: 2, sources: [], dropped: [] };

const filesOf = (root: string): string[] => readdirSync(join(root, ".tantra/runs")).sort();
const textOf = (root: string, run = id): string => readFileSync(join(root, `.tantra/runs/${run}.jsonl`), "utf8");

/** What the system says when it refuses. */
function refusal(code: string): Error {
  return Object.assign(new Error(code), { code });
}
function failing(at: keyof FileSystem, code: string, after = 0): FileSystem {
  let calls = 0;
  return {
    ...fileSystem,
    [at]: (...args: never[]) => {
      if (calls++ >= after) throw refusal(code);
      return (fileSystem[at] as (...given: never[]) => unknown)(...args);
    },
  };
}

/** A kept run with one event. */
async function kept(store: RunStore, run = id, at = 1): Promise<void> {
  const open = await store.begin(headOf(run, at));
  open.journal.take(warning(1));
  await open.close();
}

describe("the runs of a project", () => {
  test("are files that nobody else may read and that git does not see, with nothing beside them when they are over", async () => {
    const root = folder({});
    const store = runStore(root);
    const open = await store.begin(headOf(id));
    expect(filesOf(root)).toEqual([".gitignore", `${id}.jsonl`, `${id}.lock`]);
    // The first line is on the disk before anything happens.
    expect(store.read(id).head).toEqual(headOf(id));
    open.journal.take(warning(1));
    await open.close();
    expect(filesOf(root)).toEqual([".gitignore", `${id}.jsonl`]);
    expect(readFileSync(join(root, ".tantra/runs/.gitignore"), "utf8")).toBe("*\n");
    expect([statSync(join(root, ".tantra/runs")).mode & 0o077, statSync(join(root, `.tantra/runs/${id}.jsonl`)).mode & 0o077]).toEqual([0, 0]);
    expect(store.read(id).events.map(({ event }) => event)).toEqual([warning(1)]);
  });

  test("are gone on with where they ended, without what was torn off", async () => {
    const root = folder({});
    const store = runStore(root);
    await kept(store);
    const whole = textOf(root);
    writeFileSync(join(root, `.tantra/runs/${id}.jsonl`), Buffer.concat([Buffer.from(`${whole}{"n":3,"half`), Buffer.from([0xc3])]));
    const taken = store.take(id);
    expect(taken.kept.torn).toBeGreaterThan(0);
    const open = await taken.resume(resumption);
    open.journal.take(warning(2));
    await open.close();
    expect(textOf(root).startsWith(whole)).toBe(true);
    expect(store.read(id)).toMatchObject({ torn: 0, seq: 2, resumptions: [resumption] });
  });

  test("are found by id, its beginning and last, which is the one that began last", async () => {
    const root = folder({});
    const store = runStore(root);
    expect(() => store.find("last")).toThrow("No run is kept in .tantra/runs.");
    await kept(store, "20261104-153012-0052c41d07", 5);
    await kept(store, "20261104-153012-0060c41d07", 6);
    await kept(store, "20261104-153011-3e72c41d07", 4);
    writeFileSync(join(root, ".tantra/runs/zz-no-run.jsonl"), "");
    expect(store.find("last")).toBe("20261104-153012-0060c41d07");
    expect(store.find("20261104-153012-005")).toBe("20261104-153012-0052c41d07");
    expect(() => store.find("20261104-153012")).toThrow("Several runs begin with 20261104-153012: ");
    expect(() => store.find("2025")).toThrow("There is no run 2025.");
    expect(() => store.take("2025")).toThrow("There is no run 2025.");
  });

  test("are removed with what is left beside them, but not while they are at work", async () => {
    const root = folder({});
    const store = runStore(root);
    const open = await store.begin(headOf(id));
    expect(() => store.remove(id)).toThrow(`The run ${id} is at work already: the run ${id} of this process has it.`);
    await open.close();
    store.remove(id);
    expect(filesOf(root)).toEqual([".gitignore"]);
  });
});

describe("where a run cannot be kept", () => {
  test.each([
    ["a full disk", failing("write", "ENOSPC"), "the disk is full"],
    ["a read-only disk", failing("open", "EROFS"), "the file system is read-only"],
    ["a folder that may not be written", failing("open", "EACCES"), "its permissions do not let you"],
    ["a disk that fails", { ...fileSystem, sync: async () => Promise.reject(refusal("EIO")) }, "the disk failed"],
  ])("%s stops it before it begins, and nothing of it is left", async (_, fs, why) => {
    const root = folder({});
    await expect(runStore(root, fs).begin(headOf(id))).rejects.toMatchObject({
      code: "T650",
      class: "invalid_request",
      message: `.tantra/runs/${id}.jsonl cannot be written: ${why}.`,
      hint: expect.stringContaining("`--no-journal` runs without."),
    });
    expect(filesOf(root)).toEqual([".gitignore"]);
  });

  test("a file in the place of its folder is told", async () => {
    for (const files of [{ ".tantra": "" }, { ".tantra/runs": "" }]) {
      const begun = runStore(folder(files)).begin(headOf(id));
      await expect(begun).rejects.toMatchObject({ code: "T650", message: ".tantra/runs cannot be written: what should be its folder is a file." });
    }
  });

  test("a run that is gone on with is stopped, too, before anything is asked, and stays as it was", async () => {
    const root = folder({});
    await kept(runStore(root));
    const before = textOf(root);
    const taken = runStore(root, failing("write", "ENOSPC")).take(id);
    await expect(taken.resume(resumption)).rejects.toMatchObject({ code: "T650" });
    taken.release();
    expect([textOf(root), filesOf(root)]).toEqual([before, [".gitignore", `${id}.jsonl`]]);
  });

  test("a disk that is full later stops the run at the next step, and all that was kept before is read", async () => {
    const root = folder({});
    const open = await runStore(root, failing("write", "ENOSPC", 2)).begin(headOf(id));
    open.journal.take(warning(1));
    await open.journal.flush();
    open.journal.take(warning(2));
    await expect(open.journal.flush()).rejects.toMatchObject({ code: "T650", class: "internal", hint: expect.stringContaining("`tantra resume`") });
    await expect(open.close()).rejects.toMatchObject({ code: "T650" });
    expect(runStore(root).read(id)).toMatchObject({ torn: 0, seq: 1 });
    expect(filesOf(root)).toEqual([".gitignore", `${id}.jsonl`]);
  });

  test("what is half written when the disk becomes full is taken away again", async () => {
    const root = folder({});
    let calls = 0;
    const half: FileSystem = {
      ...fileSystem,
      write(file, bytes, from, position) {
        if (++calls === 2) return fileSystem.write(file, bytes.subarray(0, from + 10), from, position);
        if (calls === 3) throw refusal("ENOSPC");
        return fileSystem.write(file, bytes, from, position);
      },
    };
    const open = await runStore(root, half).begin(headOf(id));
    const before = textOf(root);
    open.journal.take(warning(1));
    await expect(open.close()).rejects.toMatchObject({ code: "T650" });
    expect(textOf(root)).toBe(before);
  });
});

describe("the lock of a run", () => {
  const taking = (root: string) => () => runStore(root).take(id);
  const lockOf = (root: string): string => join(root, `.tantra/runs/${id}.lock`);

  test("is another process's for as long as that lives, and is taken over when it is gone without a word", async () => {
    const root = folder({});
    const store = pathToFileURL(join(import.meta.dirname, "../../src/host/run-store.ts")).href;
    const script = `const { runStore } = await import(${JSON.stringify(store)});
      await runStore(${JSON.stringify(root)}).begin(${JSON.stringify(headOf(id))});
      process.stdout.write("held");
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: ["ignore", "pipe", "inherit"] });
    await new Promise((resolve) => child.stdout.once("data", resolve));
    expect(taking(root)).toThrow(`The run ${id} is at work already: the process ${child.pid} has it.`);
    expect(runStore(root).holder(id)).toMatchObject({ pid: child.pid, host: hostname() });
    const gone = new Promise((resolve) => child.once("close", resolve));
    child.kill("SIGKILL");
    await gone;
    expect(runStore(root).holder(id)).toBeUndefined();
    taking(root)().release();
    expect(filesOf(root)).toEqual([".gitignore", `${id}.jsonl`]);
  });

  test("of another machine holds, and so does one that cannot be read; how to get rid of it is said", async () => {
    const root = folder({});
    await kept(runStore(root));
    for (const text of [JSON.stringify({ run: id, pid: 1, host: `not-${hostname()}` }), "", "nonsense"]) {
      writeFileSync(lockOf(root), text);
      expect(taking(root)).toThrow(expect.objectContaining({ code: "T652", hint: expect.stringContaining(`delete .tantra/runs/${id}.lock`) }));
      expect(readFileSync(lockOf(root), "utf8")).toBe(text);
    }
  });

  test("that cannot be used is told", async () => {
    const root = folder({});
    await kept(runStore(root));
    mkdirSync(lockOf(root));
    expect(taking(root)).toThrow(expect.objectContaining({ code: "T650" }));
  });

  test("is let go of whatever becomes of the run", async () => {
    const root = folder({});
    const store = runStore(root);
    await kept(store);
    store.take(id).release();
    const opened: OpenRun = await store.take(id).resume(resumption);
    expect(taking(root)).toThrow("is at work already");
    await opened.close();
    writeFileSync(join(root, `.tantra/runs/${id}.jsonl`), "{}\n");
    expect(taking(root)).toThrow("This is no file of a run.");
    expect(filesOf(root)).toEqual([".gitignore", `${id}.jsonl`]);
  });
});
