import { defineConfig } from "vitest/config";

/** `.ci/run` reads the counts from this file. */
const summary = process.env["TANTRA_TEST_SUMMARY"];

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: "threads",
    ...(summary === undefined ? {} : { reporters: ["default", ["json", { outputFile: summary }]] }),
  },
});
