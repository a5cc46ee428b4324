import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { tantra } from "../cli/tantra.ts";
import { folder } from "../host/folder.ts";
import { read } from "./files.ts";

const blocks = (page: string, language: string): string[] =>
  [...read(page).matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm"))].map((match) => match[1] ?? "");

/** The commands of a block, without `npx tantra` and what is said of them. */
function commands(block: string): string[][] {
  return block
    .trimEnd()
    .split("\n")
    .map((line) =>
      line
        .replace(/ +#.*$/, "")
        .replace("npx tantra ", "")
        .split(" "),
    );
}

test("what docs/recordings.md shows is what happens", async () => {
  const page = "docs/recordings.md";
  const [program = ""] = blocks(page, "tantra");
  const [first = "", live = ""] = blocks(page, "sh");
  const cwd = folder({ "package.json": "{}", "main.tantra": program });
  for (const command of commands(first)) expect(await tantra(command, { cwd }), command.join(" ")).toMatchObject({ code: 0 });
  const [recording] = blocks(page, "jsonl");
  expect(readFileSync(join(cwd, "tides.jsonl"), "utf8")).toBe(recording);
  expect(readFileSync(join(cwd, "again.jsonl"), "utf8")).toBe(recording);

  writeFileSync(join(cwd, "main.tantra"), program.replace("Write about", "Write a limerick about"));
  const differs = await tantra(["run", "--replay", "tides.jsonl", "--quiet"], { cwd });
  expect(differs.stderr).toBe(blocks(page, "text")[0]);
  for (const command of commands(live)) expect(await tantra(command, { cwd }), command.join(" ")).toMatchObject({ code: 0 });
  expect(await tantra(["run", "--replay", "tides.jsonl"], { cwd })).toMatchObject({ code: 0, stdout: "[writer] Write a limerick about tides.\n" });
});

test("the test with a recording that docs/tests.md shows is recorded, and passes", async () => {
  const [, program = ""] = blocks("docs/tests.md", "tantra");
  const [, update = ""] = blocks("docs/tests.md", "sh");
  const cwd = folder({ "package.json": "{}", "main.tantra": program });
  for (const command of commands(update)) expect(await tantra(command, { cwd }), command.join(" ")).toMatchObject({ code: 0 });
  expect(await tantra(["test", "main.tantra"], { cwd })).toMatchObject({ code: 0, stdout: expect.stringContaining("1 passed") });
});
