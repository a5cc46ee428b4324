import { expect, test } from "vitest";
import { RunError } from "../../src/diagnostics/errors.ts";
import { optionalPackage } from "../../src/diagnostics/optional-package.ts";

const missing = (name: string) => Object.assign(new Error(`Cannot find package '${name}' imported from x.ts`), { code: "ERR_MODULE_NOT_FOUND" });

test("a package that is not installed is named, with the line to type", async () => {
  const thrown = await optionalPackage("@acme/sdk", () => Promise.reject(missing("@acme/sdk"))).catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(RunError);
  expect(thrown).toMatchObject({
    class: "not_found",
    message: "The package @acme/sdk is not installed, and this provider speaks through it.",
    hint: "npm install @acme/sdk",
  });
});

test("a package that cannot be loaded keeps its own words", async () => {
  const thrown = await optionalPackage("@acme/sdk", () => Promise.reject(missing("left-pad"))).catch((error: unknown) => error);
  expect(thrown).toMatchObject({ message: "The package @acme/sdk cannot be loaded: Cannot find package 'left-pad' imported from x.ts" });
});

test("what is installed is given as it is", async () => {
  expect(await optionalPackage("x", async () => 7)).toBe(7);
});
