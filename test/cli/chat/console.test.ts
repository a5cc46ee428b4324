import { PassThrough } from "node:stream";
import { describe, expect, onTestFinished, test } from "vitest";
import { openConsole } from "../../../src/cli/chat/console.ts";

const ctrlC = "\x03";
const ctrlD = "\x04";

/** A console of somebody who sits at a terminal, or of a pipe. */
function sitting(interactive = true) {
  const input = Object.assign(new PassThrough(), { isTTY: interactive });
  const output = Object.assign(new PassThrough(), { isTTY: interactive });
  const said: string[] = [];
  const stop = new Error("stopped");
  const console = openConsole({ input, output, say: (text) => said.push(text), stopped: () => stop });
  onTestFinished(() => console.close());
  return { console, input, said, stop, type: (keys: string) => void input.write(keys) };
}

/** So that what was typed has been read. */
const read = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

describe("at a terminal", () => {
  test("a line is what is typed up to the end of it", async () => {
    const { console, type } = sitting();
    const line = console.next("> ");
    type("hel");
    type("lo\r");
    expect(await line).toBe("hello");
  });

  test("what is pasted is one message, with what is typed behind it, and commands in it stand by themselves", async () => {
    const { console, type } = sitting();
    const first = console.next("> ");
    type("one\rtwo\rthr");
    await read();
    type("ee\r");
    expect(await first).toBe("one\ntwo\nthree");
    type("/undo\ra\rb\r/fork\r//c\r");
    expect([await console.next("> "), await console.next("> "), await console.next("> "), await console.next("> ")]).toEqual(["/undo", "a\nb", "/fork", "//c"]);
  });

  test("Ctrl-C clears what is typed and leaves nobody", async () => {
    const { console, type, said } = sitting();
    const line = console.next("> ");
    type("half a li");
    await read();
    type(ctrlC);
    await read();
    type("whole\r");
    expect(await line).toBe("whole");
    expect(said).toEqual([]);
  });

  test("Ctrl-C at an empty prompt says how to leave, and the second one leaves", async () => {
    const { console, type, said } = sitting();
    const line = console.next("> ");
    type(ctrlC);
    await read();
    expect(said).toEqual(["Ctrl-C once more leaves, and so does Ctrl-D."]);
    type(ctrlC);
    expect(await line).toBeUndefined();
  });

  test("a message between the two starts the counting anew", async () => {
    const { console, type, said } = sitting();
    const line = console.next("> ");
    type(ctrlC);
    await read();
    type("a\r");
    expect(await line).toBe("a");
    const next = console.next("> ");
    type(ctrlC);
    await read();
    expect(said).toHaveLength(2);
    type("b\r");
    expect(await next).toBe("b");
  });

  test("Ctrl-D leaves", async () => {
    const { console, type } = sitting();
    const line = console.next("> ");
    type(ctrlD);
    expect(await line).toBeUndefined();
    expect(await console.next("> ")).toBeUndefined();
  });

  test("Ctrl-C while a reply is on its way stops that, and nothing else", async () => {
    const { console, type, said, stop } = sitting();
    const reason = await console.stoppable(
      (signal) =>
        new Promise((resolve) => {
          signal.addEventListener("abort", () => resolve(signal.reason));
          type(ctrlC);
        }),
    );
    expect(reason).toBe(stop);
    type("on\r");
    expect(await console.next("> ")).toBe("on");
    expect(said).toEqual([]);
  });

  test("what is typed while a reply is on its way is the next message", async () => {
    const { console, type } = sitting();
    await console.stoppable(async () => {
      type("ahead\r");
      await read();
    });
    expect(await console.next("> ")).toBe("ahead");
  });
});

test("of a pipe every line is a message, also those that come together, and its end is the end", async () => {
  const { console, input } = sitting(false);
  input.end("one\ntwo\nthree");
  expect([await console.next(""), await console.next(""), await console.next(""), await console.next("")]).toEqual(["one", "two", "three", undefined]);
});

describe("a question while something runs", () => {
  test("is answered by the next line, not by what was typed before it stood there", async () => {
    const { console, type } = sitting();
    type("y");
    await read();
    const { signal } = new AbortController();
    const answer = console.ask("really? ", signal);
    type("no\r");
    expect(await answer).toBe("no");
  });

  test("is taken back when its signal aborts, and the next message is none for it", async () => {
    const { console, type } = sitting();
    const controller = new AbortController();
    const answer = console.ask("really? ", controller.signal);
    controller.abort();
    expect(await answer).toBeUndefined();
    const line = console.next("> ");
    type("hello\r");
    expect(await line).toBe("hello");
  });
});
