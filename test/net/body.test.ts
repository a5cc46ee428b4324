import { expect, test } from "vitest";
import { Body } from "../../src/net/body.ts";

/** A body with a record of what it asked of its connection. */
function body() {
  const asked: string[] = [];
  const control = { abort: () => asked.push("abort"), pause: () => asked.push("pause"), resume: () => asked.push("resume") };
  return { asked, body: new Body(control, () => asked.push("closed")) };
}

const piece = (size: number) => new Uint8Array(size);

test("the socket is paused when 64 KiB wait, and goes on when they are read", async () => {
  const { asked, body: bytes } = body();
  bytes.push(piece(60_000));
  expect(asked).toEqual([]);
  bytes.push(piece(10_000));
  expect(asked).toEqual(["pause"]);
  await bytes.next();
  expect(asked).toEqual(["pause"]);
  await bytes.next();
  expect(asked).toEqual(["pause", "resume"]);
});

test("a reader that waits gets each piece as it comes, and then the end", async () => {
  const { asked, body: bytes } = body();
  const first = bytes.next();
  bytes.push(piece(3));
  expect((await first).value).toHaveLength(3);
  const last = bytes.next();
  bytes.end();
  expect(await last).toEqual({ done: true, value: undefined });
  expect(asked).toEqual(["closed"]);
});

test("a failure comes after what had arrived, a cancellation at once", async () => {
  const failed = body().body;
  failed.push(piece(1));
  failed.fail(new Error("reset"));
  expect((await failed.next()).value).toHaveLength(1);
  await expect(failed.next()).rejects.toThrow("reset");

  const cancelled = body().body;
  cancelled.push(piece(1));
  cancelled.cancel(new Error("enough"));
  await expect(cancelled.next()).rejects.toThrow("enough");
});

test("a body that nobody wants any more is let run out, and its connection lives", () => {
  const { asked, body: bytes } = body();
  bytes.push(piece(10));
  bytes.drain();
  bytes.push(piece(10));
  bytes.end();
  expect(asked).toEqual(["resume", "closed"]);
});

test("a body that does not run out is given up", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const bytes = new Body({ abort: () => resolve(), pause: () => undefined, resume: () => undefined }, () => undefined);
  bytes.drain();
  const keepAlive = setTimeout(() => undefined, 10_000);
  await promise;
  clearTimeout(keepAlive);
});

test("leaving early aborts the connection, after the end it does not", async () => {
  const early = body();
  await early.body.return();
  expect(early.asked).toEqual(["abort"]);
  const late = body();
  late.body.end();
  await late.body.return();
  expect(late.asked).toEqual(["closed"]);
});
