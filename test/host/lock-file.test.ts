import { spawn, spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { RunError } from "../../src/diagnostics/errors.ts";
import { holderOf, takeLock } from "../../src/host/lock-file.ts";
import { folder } from "./folder.ts";

const module = new URL("../../src/host/lock-file.ts", import.meta.url).href;

test("a lock that cannot be written whole is not there at all, so that nobody waits for it", () => {
  const root = folder({
    "take.mjs": `import { takeLock } from ${JSON.stringify(module)};
try {
  takeLock({ path: "a.lock", taken: () => new Error("taken"), unusable: (cause) => cause }, "run-1");
} catch (error) {
  console.log(error.code);
}`,
  });
  // No file may grow in this shell: the content is what cannot be written.
  const { stdout } = spawnSync("sh", ["-c", 'ulimit -f 0; "$0" --no-warnings take.mjs', process.execPath], { cwd: root, encoding: "utf8" });
  expect(stdout).toBe("EFBIG\n");
  expect(readdirSync(root)).toEqual(["take.mjs"]);
});

/** A lock in a folder of its own, and what stands in it while this process has it. */
function locked() {
  const path = join(folder({}), "a.lock");
  const lock = { path, taken: () => new RunError("invalid_request", "taken"), unusable: (cause: unknown) => new RunError("internal", String(cause)) };
  const held = takeLock(lock, "run-1");
  return { lock, path, held, owner: JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown> };
}

test("a lock is held by the process that took it, and by nobody when that lets go", () => {
  const { lock, path, held } = locked();
  expect(holderOf(path)).toMatchObject({ run: "run-1", pid: process.pid });
  expect(() => takeLock(lock, "run-2")).toThrow("taken");
  held.release();
  expect(holderOf(path)).toBeUndefined();
  takeLock(lock, "run-2").release();
});

test.each([
  ["this process", process.pid],
  ["another", process.ppid],
])("a process that is gone does not hold a lock because %s has its number now", (_whose, pid) => {
  const { lock, path, owner } = locked();
  writeFileSync(path, JSON.stringify({ ...owner, pid, began: "a boot before 4711" }));
  // Of others only Linux tells when they began.
  const isKnown = pid === process.pid || process.platform === "linux";
  expect(holderOf(path) === undefined).toBe(isKnown);
  if (isKnown) takeLock(lock, "run-2").release();
  else expect(() => takeLock(lock, "run-2")).toThrow("taken");
});

test("a lock that does not say when its process began is held for as long as one has that number", () => {
  const { lock, path, owner } = locked();
  const { began: _, ...rest } = owner;
  writeFileSync(path, JSON.stringify(rest));
  expect(() => takeLock(lock, "run-2")).toThrow("taken");
});

// Only there can one be told from a process that works.
if (process.platform === "linux") {
  test("a process that was killed and that nobody has taken note of does not hold a lock", async () => {
    const { lock, path, owner } = locked();
    // The shell becomes a sleep, which never asks what became of the process that the shell began.
    const parent = spawn("sh", ["-c", "sleep 0.01 & echo $!; exec sleep 60"], { stdio: ["ignore", "pipe", "ignore"] });
    try {
      const pid = Number(await new Promise<string>((resolve) => parent.stdout.once("data", (text) => resolve(String(text)))));
      while (!/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"))) await new Promise((resolve) => setImmediate(resolve));
      const { began: _, ...rest } = owner;
      writeFileSync(path, JSON.stringify({ ...rest, pid }));
      expect(holderOf(path)).toBeUndefined();
      takeLock(lock, "run-2").release();
    } finally {
      parent.kill();
    }
  });
}
