import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** `.ci/run` reads the counts from this file. */
const summary = process.env["TANTRA_TEST_SUMMARY"];

export default defineConfig({
  // Examples import the package by its name, as they would anywhere else: here that is the source.
  resolve: {
    alias: [
      { find: /^tantra$/, replacement: fileURLToPath(new URL("src/index.ts", import.meta.url)) },
      { find: /^tantra\/tag$/, replacement: fileURLToPath(new URL("src/host/tag.ts", import.meta.url)) },
      { find: /^tantra\/testing$/, replacement: fileURLToPath(new URL("src/testing/index.ts", import.meta.url)) },
    ],
  },
  test: {
    include: ["test/**/*.test.ts", "examples/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: "threads",
    // Much of a test's time is a wait for a process or a server: one file a core would leave the cores idle.
    maxWorkers: availableParallelism() + 1,
    ...(summary === undefined ? {} : { reporters: ["default", ["json", { outputFile: summary }]] }),
  },
});
