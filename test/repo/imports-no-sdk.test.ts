import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { root } from "./files.ts";

/** The packages of which a module is resolved while `path` is imported by a process of its own. */
function packagesOf(path: string): string[] {
  const program = `
    import { registerHooks } from "node:module";
    const found = new Set();
    registerHooks({
      resolve(specifier, context, next) {
        const resolved = next(specifier, context);
        const name = /^.*\\/node_modules\\/((?:@[^/]+\\/)?[^/]+)\\//.exec(resolved.url)?.[1];
        if (name !== undefined) found.add(name);
        return resolved;
      },
    });
    await import(${JSON.stringify(`file://${root}${path}`)});
    console.log(JSON.stringify([...found].sort()));
  `;
  return JSON.parse(execFileSync(process.execPath, ["--no-warnings", "--input-type=module", "--eval", program], { encoding: "utf8" }));
}

test("importing tantra loads no package at all, a vendor's least of all", () => {
  expect(packagesOf("src/index.ts")).toEqual([]);
});

test("importing tantra/testing loads none, either", () => {
  expect(packagesOf("src/testing/index.ts")).toEqual([]);
});

test("a package that is imported would show", () => {
  expect(packagesOf("src/syntax/parse.ts")).toContain("chevrotain");
});
