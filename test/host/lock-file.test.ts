import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
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
