import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { askTrust } from "../../../src/cli/run/ask-trust.ts";

const leaving = { host: "evil.example", variables: ["MY_KEY", "OTHER_KEY"], place: "main.tantra:1:1" };

/** What comes of typing this at the question. */
async function typed(keys: string | undefined) {
  const input = new PassThrough();
  const output = new PassThrough();
  let interrupted = false;
  const answer = askTrust(leaving, {
    input,
    output,
    interrupted() {
      interrupted = true;
    },
  });
  if (keys === undefined) input.end();
  else input.write(keys);
  return { yes: await answer, interrupted, shown: String(output.read()) };
}

it.each(["y\n", "yes\n", " Y \n"])("keys leave for a host when a person types %j", async (keys) => {
  const { yes, shown } = await typed(keys);
  expect(yes).toBe(true);
  expect(shown).toContain("main.tantra:1:1: this program sends MY_KEY and OTHER_KEY to evil.example, which is not the vendor's host.");
});

it.each(["n\n", "\n", "yeah\n"])("they stay when a person types %j", async (keys) => {
  expect(await typed(keys)).toMatchObject({ yes: false, interrupted: false });
});

it("they stay when nothing more is typed, and what follows begins on a line of its own", async () => {
  const { yes, shown } = await typed(undefined);
  expect(yes).toBe(false);
  expect(shown).toMatch(/\[y\/N\] [\s\S]*\n$/);
});

it("Ctrl-C in place of an answer leaves", async () => {
  expect(await typed("\x03")).toMatchObject({ yes: false, interrupted: true });
});
