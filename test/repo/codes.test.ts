import { expect, test } from "vitest";
import { type Code, codes } from "../../src/diagnostics/codes.ts";
import { explain } from "../../src/diagnostics/explain.ts";
import { checkFiles, filesOf } from "../conformance/program.ts";
import { projectFiles, read } from "./files.ts";

const all = Object.keys(codes) as Code[];
/** Codes that `check` raises; T6xx stop a run. */
const ofCheck = all.filter((code) => !code.startsWith("T6"));

test("there are sixty codes that checking can raise, each with a title of two to four words", () => {
  expect(ofCheck.length).toBeGreaterThanOrEqual(60);
  for (const code of all) expect(codes[code].split(" ").length, `${code} ${codes[code]}`).toBeGreaterThanOrEqual(2);
  for (const code of all) expect(codes[code].split(" ").length, `${code} ${codes[code]}`).toBeLessThanOrEqual(4);
});

test("every code that checking can raise is raised by a case that must be rejected", () => {
  const cases = projectFiles("test/conformance/reject", ".tantra").map(read).join("\n");
  expect(ofCheck.filter((code) => !new RegExp(`//!.*\\b${code}\\b`).test(cases))).toEqual([]);
});

for (const code of all) {
  test(`${code} has a page that says why, what is wrong and what is right`, async () => {
    const explained = await explain(code.toLowerCase());
    expect(explained?.code).toBe(code);
    expect(explained?.title).toBe(codes[code]);
    expect(explained?.page.about.length).toBeGreaterThan(40);
    expect(explained?.page.about.endsWith(".")).toBe(true);
    if (!ofCheck.includes(code)) return;
    const wrong = checkFiles(filesOf(explained?.page.wrong ?? "")).diagnostics;
    expect(
      wrong.map((one) => one.code),
      JSON.stringify(wrong),
    ).toContain(code);
    const right = checkFiles(filesOf(explained?.page.right ?? "")).diagnostics;
    expect(right.map((one) => `${one.code} ${one.message}`)).toEqual([]);
  });
}

test("there is no page for a code that does not exist", async () => {
  expect(await explain("T999")).toBeUndefined();
  expect(await explain("toString")).toBeUndefined();
});
