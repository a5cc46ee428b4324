import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import type { Question } from "../../../src/agent/question.ts";
import { openDesk } from "../../../src/cli/people/desk.ts";
import { hooksOf } from "../../../src/cli/people/hooks.ts";
import { unpainted } from "../../../src/diagnostics/paint.ts";

const ctrlC = "\x03";
const ctrlD = "\x04";
const escape = "\x1b";

/** Somebody at a terminal. */
function sitting() {
  const input = new PassThrough();
  const output = new PassThrough();
  let shown = "";
  output.on("data", (data: Buffer) => {
    shown += String(data);
  });
  const held: string[] = [];
  const controller = new AbortController();
  const desk = openDesk({
    input,
    output,
    layout: () => ({ paint: unpainted }),
    hold: () => {
      held.push("held");
      return () => void held.push("let go");
    },
    interrupted: () => controller.abort(),
    forgetMs: 0,
  });
  const { signal } = controller;
  return { desk, held, signal, shown: () => shown.replace(/\x1b\[[0-9]*[A-Za-z]/g, ""), type: (keys: string) => void input.write(keys) };
}
/** So that what was typed has been read. */
const read = async () => {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
};
const question = (text: string, schema: Question["schema"] = { type: "boolean" }): Question => ({
  path: `w/${text}`,
  of: "ask",
  question: text,
  schema,
  place: "t:1:1",
});
const go = question("Go on?");

describe("at the terminal", () => {
  test("one question is answered after the other, and it is said how many wait", async () => {
    const { desk, signal, shown, type, held } = sitting();
    const answers = [desk.ask(go, signal), desk.ask(question("Name?", { type: "string" }), signal), desk.ask(question("Many?", { type: "integer" }), signal)];
    await read();
    expect(shown()).toContain("Go on?\nt:1:1, w/Go on?\ny or n · Esc: later");
    expect(shown()).not.toContain("Name?");
    type("y\r");
    await read();
    expect(shown()).toContain("Name?");
    expect(shown()).toContain("1 more waits");
    type("Ada\r");
    await read();
    type("3\r");
    expect(await Promise.all(answers)).toEqual([{ value: true }, { value: "Ada" }, { value: 3 }]);
    await read();
    expect(held).toEqual(["held", "let go"]);
  });

  test("what is no answer is asked for again, and what does not fit before anything else", async () => {
    const { desk, signal, shown, type } = sitting();
    const first = desk.ask(go, signal);
    const second = desk.ask(question("Name?", { type: "string" }), signal);
    await read();
    type("perhaps\r");
    await read();
    expect(shown()).toContain("It is y or n.");
    type("y\r");
    expect(await first).toEqual({ value: true });
    const again = desk.ask(go, signal, "It must be no.");
    await read();
    expect(shown()).toContain("It must be no.");
    expect(shown()).not.toContain("Name?");
    type("n\r");
    expect(await again).toEqual({ value: false });
    await read();
    type("Ada\r");
    expect(await second).toEqual({ value: "Ada" });
  });

  test("several lines are one text: pasted at once, or with a backslash at the end", async () => {
    const { desk, signal, type } = sitting();
    const pasted = desk.ask(question("Text?", { type: "string" }), signal);
    await read();
    type("one\rtwo\rthr");
    await read();
    type("ee\r");
    expect(await pasted).toEqual({ value: "one\ntwo\nthree" });
    const typed = desk.ask(question("Text?", { type: "string" }), signal);
    await read();
    type("one\\\r");
    await read();
    type("two\r");
    expect(await typed).toEqual({ value: "one\ntwo" });
  });

  test.each([
    ["Ctrl-D", ctrlD],
    ["Esc", escape],
  ])("%s leaves a question for later", async (_name, keys) => {
    const { desk, signal, type } = sitting();
    const hooks = hooksOf(desk);
    const asked = hooks.ask?.({ path: "w/a", question: "A?", schema: { type: "string" }, place: "t:1:1", signal });
    await read();
    type(keys);
    expect(await asked).toEqual({ later: true });
  });

  test("Ctrl-C ends the run, which takes the question back", async () => {
    const { desk, signal, type, shown } = sitting();
    const asked = desk.ask(go, signal);
    await read();
    type(ctrlC);
    expect(await asked).toBeUndefined();
    expect(signal.aborted).toBe(true);
    expect(shown()).not.toContain("Nobody waits");
  });

  test("a question that nobody waits for any more goes away, and the next one is asked", async () => {
    const { desk, signal, type, shown } = sitting();
    const race = new AbortController();
    const lost = desk.ask(question("Lost?"), race.signal);
    const queued = desk.ask(question("Never shown?"), race.signal);
    const next = desk.ask(go, signal);
    await read();
    race.abort();
    expect(await lost).toBeUndefined();
    expect(await queued).toBeUndefined();
    await read();
    expect(shown()).toContain("Nobody waits for this answer any more.");
    expect(shown()).not.toContain("Never shown?");
    type("n\r");
    expect(await next).toEqual({ value: false });
  });

  test("choices are numbered; an approval shows its tool and its arguments", async () => {
    const { desk, signal, type, shown } = sitting();
    const hooks = hooksOf(desk);
    const chosen = desk.ask(question("Which?", { type: "string", enum: ["low", "high"] }), signal);
    await read();
    expect(shown()).toContain("  1 low\n  2 high\n");
    type("2\r");
    expect(await chosen).toEqual({ value: "high" });
    const approved = hooks.approve?.({ path: "w/send", agent: "", tool: "send", arguments: { to: "Ada" }, place: "t:2:1", signal });
    await read();
    expect(shown()).toContain('Call the tool send with exactly this?\n  {\n    "to": "Ada"\n  }\nt:2:1, w/send\n');
    type("n, not today\r");
    expect(await approved).toEqual({ approved: false, reason: "not today" });
  });
});
